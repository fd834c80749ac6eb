import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope, nextTick, ref } from 'vue'
import { type StageView, useStageView } from '@/composables/useStageView'
import { show } from '@/testing/page'
import StageSurface from './StageSurface.vue'

let page: VueWrapper
let stage: StageView
let scope: EffectScope
beforeEach(() => {
  HTMLElement.prototype.setPointerCapture ??= () => undefined
  scope = effectScope()
  stage = scope.run(() => useStageView(ref(1000), ref(100), ref(48_000)))!
})
afterEach(() => {
  page.unmount()
  scope.stop()
})

function surface(change: Record<string, unknown> = {}) {
  const heard = { onSeek: vi.fn(), onSelect: vi.fn(), onSelected: vi.fn(), onScrub: vi.fn() }
  page = show(StageSurface, { stage, width: 1000, duration: 100, position: () => 20, shown: 20, playing: false, selection: null, looping: false, label: 'Position in Noche', ...heard, ...change })
  return { ...heard, field: page.get('[data-testid=stage-field]') }
}
const at = (clientX: number, more: Record<string, unknown> = {}) => ({ button: 0, clientX, pointerId: 1, ...more })
const frame = () => new Promise((done) => requestAnimationFrame(done))

describe('the pointer on the stage', () => {
  it('seeks with a click', async () => {
    const { field, onSeek, onSelect } = surface()
    await field.trigger('pointerdown', at(300))
    await field.trigger('pointermove', at(302))
    await field.trigger('pointerup', at(302))
    expect(onSeek).toHaveBeenCalledWith(30.2)
    expect(onSelect).not.toHaveBeenCalled()
  })

  it('selects with a drag, in either direction, and does not seek', async () => {
    const { field, onSeek, onSelect, onSelected } = surface()
    await field.trigger('pointerdown', at(600))
    await field.trigger('pointermove', at(400))
    await field.trigger('pointerup', at(400))
    expect(onSelect).toHaveBeenLastCalledWith({ from: 40, to: 60 })
    expect(onSelected).toHaveBeenCalledTimes(1)
    expect(onSeek).not.toHaveBeenCalled()
  })

  it('draws the edges of a selection', async () => {
    const { field, onSelect } = surface({ selection: { from: 40, to: 60 } })
    await field.trigger('pointermove', at(602))
    expect(field.classes()).toContain('edge')
    await field.trigger('pointerdown', at(602))
    await field.trigger('pointermove', at(750))
    expect(onSelect).toHaveBeenLastCalledWith({ from: 40, to: 75 })
    await field.trigger('pointermove', at(100))
    expect(onSelect).toHaveBeenLastCalledWith({ from: 10, to: 40 })
    await field.trigger('pointerup', at(100))
  })

  it('scrubs with Alt, and in the ruler, and ends where it lets go', async () => {
    const { field, onScrub, onSeek, onSelect } = surface()
    await field.trigger('pointerdown', at(100, { altKey: true }))
    await field.trigger('pointermove', at(250))
    await frame()
    await field.trigger('pointerup', at(250))
    expect(onScrub.mock.calls.at(-2)).toEqual([25])
    expect(onScrub.mock.lastCall).toEqual([null])
    const ruler = page.get('[data-testid=stage-ruler]')
    await ruler.trigger('pointerdown', at(500))
    await ruler.trigger('pointerup', at(500))
    expect(onScrub.mock.calls.at(-2)).toEqual([50])
    expect(onSeek).not.toHaveBeenCalled()
    expect(onSelect).not.toHaveBeenCalled()
  })

  it('zooms with the wheel about the pointer, and scrolls with Shift', async () => {
    const { field } = surface()
    // happy-dom knows no offset of a wheel event but its own fields.
    const wheel = (more: Record<string, unknown>) => field.element.dispatchEvent(Object.assign(new Event('wheel', { bubbles: true, cancelable: true }), { deltaX: 0, deltaY: 0, clientX: 500, ctrlKey: false, shiftKey: false, ...more }))
    wheel({ deltaY: -480 })
    expect(stage.view.value.scale).toBeCloseTo(10 * Math.E ** 2, 3)
    expect(stage.timeAt(500)).toBeCloseTo(50, 6)
    const { start } = stage.view.value
    wheel({ deltaY: 100, shiftKey: true })
    expect(stage.view.value.start).toBeGreaterThan(start)
    wheel({ deltaX: -40, deltaY: 3 })
    expect(stage.view.value.scale).toBeCloseTo(10 * Math.E ** 2, 3)
  })
})

describe('the keys on the stage', () => {
  it('move the playhead, coarse and fine, and to the ends', async () => {
    const { field, onSeek } = surface()
    for (const [key, shiftKey] of [['ArrowRight', false], ['ArrowLeft', true], ['Home', false], ['End', false]] as const) await field.trigger('keydown', { key, shiftKey })
    expect(onSeek.mock.calls.map(([to]) => to)).toEqual([25, 19.9, 0, 100])
  })

  it('leave Ctrl to the transport', async () => {
    const { field, onSeek } = surface()
    await field.trigger('keydown', { key: 'ArrowRight', ctrlKey: true })
    expect(onSeek).not.toHaveBeenCalled()
  })

  it('show everything, frame the selection and clear it', async () => {
    const { field, onSelect } = surface({ selection: { from: 40, to: 41 } })
    await field.trigger('keydown', { key: 'Enter' })
    expect(stage.view.value.scale).toBeGreaterThan(800)
    await field.trigger('keydown', { key: '0' })
    expect(stage.view.value.scale).toBe(10)
    await field.trigger('keydown', { key: 'Escape' })
    expect(onSelect).toHaveBeenCalledWith(null)
  })

  it('move the edges of a selection', async () => {
    const { onSelect, onSelected } = surface({ selection: { from: 40, to: 60 } })
    await page.get('[data-testid=stage-edge-to]').trigger('keydown', { key: 'ArrowRight' })
    expect(onSelect).toHaveBeenLastCalledWith({ from: 40, to: 61 })
    await page.get('[data-testid=stage-edge-from]').trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(onSelect).toHaveBeenLastCalledWith({ from: 39.9, to: 60 })
    expect(onSelected).toHaveBeenCalledTimes(2)
  })
})

describe('those who cannot see the stage', () => {
  it('hear where the playhead and the edges are', async () => {
    const { field } = surface({ selection: { from: 40, to: 60 }, shown: 20.4 })
    await nextTick()
    expect(field.attributes()).toMatchObject({ role: 'slider', 'aria-label': 'Position in Noche', 'aria-valuenow': '20.4', 'aria-valuemax': '100', 'aria-valuetext': '0:20.4 of 1:40' })
    expect(page.get('[data-testid=stage-edge-from]').attributes()).toMatchObject({ role: 'slider', 'aria-label': 'Start of the selection', 'aria-valuetext': '0:40.000' })
  })
})
