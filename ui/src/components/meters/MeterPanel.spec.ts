import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { MeterFrame } from '@/domain'
import { show } from '@/testing/page'
import MeterPanel from './MeterPanel.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const frame = (part: Partial<MeterFrame> = {}): MeterFrame => ({
  position: 0, playing: true, peak: [-6, -6], rms: [-12, -12], momentary: -13.2, short_term: -14.04, integrated: -14.3, range: 5.62, true_peak: -1.4, correlation: 0.731, spectrum: [], tracks: [], ...part,
})
const find = (id: string) => page.get(`[data-testid=${id}]`)
const panel = (read: () => MeterFrame, more: Record<string, unknown> = {}) => { page = show(MeterPanel, { read, target: -14, restartKeys: 'shift+m', ...more }) }

describe('the meters', () => {
  it('can be read as numbers, with what they measure', () => {
    panel(frame)
    expect(['integrated', 'peak', 'short', 'momentary', 'range'].map((id) => find(`meter-${id}`).text())).toEqual(['−14.3', '−1.4', '−14.0', '−13.2', '5.6'])
    expect(find('meter-correlation').text()).toBe('+0.73')
    expect(page.get('abbr[title^="Loudness range"]').text()).toBe('LRA')
    expect(page.findAll('canvas').every((canvas) => canvas.attributes('aria-hidden') === 'true')).toBe(true)
  })

  it('have no value for silence', () => {
    panel(() => frame({ playing: false, momentary: -120, short_term: -120, integrated: null, range: null, true_peak: -120 }))
    for (const id of ['integrated', 'peak', 'short', 'momentary', 'range', 'correlation']) expect(find(`meter-${id}`).text(), id).toBe('–')
  })

  it('warn over −1 dBTP, in words too', () => {
    panel(() => frame({ true_peak: 0.3 }))
    expect(find('meter-peak').text()).toBe('+0.3')
    expect(page.get('[role=status]').text()).toBe('The true peak is over −1 dBTP.')
  })

  it('change their numbers twice a second at most', async () => {
    let level = -20
    panel(() => frame({ momentary: (level += 0.1) }))
    const told = new Set<string>()
    const end = performance.now() + 1300
    while (performance.now() < end) {
      await new Promise((done) => requestAnimationFrame(done))
      told.add(find('meter-momentary').text())
    }
    expect(told.size).toBeGreaterThan(1)
    expect(told.size).toBeLessThanOrEqual(4)
  })

  it('restart, and change their scale', async () => {
    const onRestart = vi.fn()
    panel(frame, { onRestart })
    await find('meters-restart').trigger('click')
    expect(onRestart).toHaveBeenCalledTimes(1)
    expect(find('meters-scale').text()).toBe('EBU +18')
    await find('meters-scale').trigger('click')
    expect(find('meters-scale').text()).toBe('EBU +9')
    await find('meters-unit').trigger('click')
    expect(find('meters-unit').text()).toBe('LUFS')
  })
})
