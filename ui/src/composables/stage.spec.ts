import { describe, expect, it } from 'vitest'
import { effectScope, ref } from 'vue'
import { loudnessAt, marksOf, peakAt } from './loudnessScale'
import { exactClock, markText, moveEdge, rulerStep, spanOf } from './spans'
import { useStageView } from './useStageView'

const stage = (width = 1000, duration = 200, rate = 48_000) => {
  const measures = { width: ref(width), duration: ref(duration), rate: ref(rate) }
  return { ...measures, view: effectScope().run(() => useStageView(measures.width, measures.duration, measures.rate))! }
}

describe('the view of the stage', () => {
  it('begins with the whole sound, and stays with it when the stage is resized', () => {
    const { view, width } = stage()
    expect(view.view.value).toEqual({ start: 0, scale: 5 })
    width.value = 600
    return Promise.resolve().then(() => expect(view.view.value.scale).toBe(3))
  })

  it('keeps the moment under the pointer where it is, however far it zooms', () => {
    const { view } = stage()
    const at = view.timeAt(730)
    for (let step = 0; step < 30; step++) {
      view.zoom(1.4, 730)
      expect(view.timeAt(730)).toBeCloseTo(at, 6)
    }
  })

  it('ends at eight pixels a sample, and at the whole sound', () => {
    const { view } = stage()
    view.zoom(1e9, 500)
    expect(view.view.value.scale).toBe(48_000 * 8)
    expect(view.depth.value).toBe(1)
    view.zoom(1e-9, 500)
    expect(view.view.value).toEqual({ start: 0, scale: 5 })
    expect(view.depth.value).toBe(0)
  })

  it('never scrolls past the ends', () => {
    const { view } = stage()
    view.zoom(10, 500)
    view.scroll(-1e6)
    expect(view.view.value.start).toBe(0)
    view.scroll(1e6)
    expect(view.view.value.start).toBeCloseTo(180)
  })

  it('frames a selection with a little room', () => {
    const { view } = stage()
    view.frame(50, 60)
    expect(view.xOf(50)).toBeGreaterThan(20)
    expect(view.xOf(60)).toBeLessThan(980)
    expect(view.xOf(60) - view.xOf(50)).toBeGreaterThan(850)
  })

  it('turns the page with the playhead, but not under the hand', () => {
    const { view } = stage()
    view.zoom(10, 0)
    const now = performance.now()
    view.keepUp(100, now + 10_000)
    expect(view.view.value.start).toBeGreaterThan(90)
    view.scroll(-50)
    const held = view.view.value.start
    view.keepUp(100, performance.now())
    expect(view.view.value.start).toBe(held)
  })
})

describe('a selection', () => {
  it('is in order and inside the sound, whichever way it was drawn', () => {
    expect(spanOf(9, 4, 10)).toEqual({ from: 4, to: 9 })
    expect(spanOf(-3, 14, 10)).toEqual({ from: 0, to: 10 })
    expect(spanOf(4, 4.01, 10)).toBeNull()
  })

  it('lets an edge pass the other one', () => {
    expect(moveEdge({ from: 2, to: 4 }, 'from', 6, 10)).toEqual({ from: 4, to: 6 })
    expect(moveEdge({ from: 2, to: 4 }, 'to', 2, 10)).toEqual({ from: 2, to: 4 })
  })

  it('is told to the millisecond', () => {
    expect(exactClock(67.4824)).toBe('1:07.482')
    expect(exactClock(59.9999)).toBe('1:00.000')
  })
})

describe('the ruler', () => {
  it('has room for its times at every zoom', () => {
    for (const scale of [0.05, 0.7, 5, 90, 2000, 384_000]) {
      const { major, minor } = rulerStep(scale)
      expect(major * scale).toBeGreaterThanOrEqual(scale < 0.1 ? 30 : 76)
      expect(major / minor).toBeCloseTo(Math.round(major / minor), 6)
    }
  })

  it('writes as many places as it needs', () => {
    expect([markText(90, 30), markText(7.5, 0.5), markText(0.0012, 0.0001)]).toEqual(['1:30', '0:07.5', '0:00.0012'])
  })
})

describe('the scale of the meters', () => {
  it('has the target at the same place whatever it is, as EBU Tech 3341 wants it', () => {
    expect(loudnessAt(-14, -14, 'ebu9')).toBeCloseTo(18 / 27)
    expect(loudnessAt(-23, -23, 'ebu18')).toBeCloseTo(36 / 54)
    expect(loudnessAt(-120, -14, 'ebu9')).toBe(0)
    expect(marksOf('ebu9')).toEqual([-18, -15, -12, -9, -6, -3, 0, 3, 6, 9])
  })

  it('shows a peak over full scale', () => {
    expect(peakAt(3)).toBe(1)
    expect(peakAt(0)).toBeLessThan(1)
  })
})
