import { describe, expect, it } from 'vitest'
import type { Note, Score } from '@/domain'
import { clampView, fitScale, follow, lengthOf, neighbourBar, noteBox, pitchRange, timeAt, visibleBars, visibleNotes, xOf, zoomAt } from './timeline'

const BAR = 1920
const score = { bpm: 120, meter: { beats: 4, unit: 4 }, length: BAR * 32, sections: [], chords: [], tracks: [] } as unknown as Score
const note = (start: number, length = 120, pitch = 60): Note => ({ start, length, pitch, velocity: 100 })

describe('the timeline', () => {
  it('takes 64 seconds for 32 bars of four at 120', () => {
    expect(lengthOf(score)).toBe(64)
  })

  it('fits the whole song into the width', () => {
    const view = { start: 0, scale: fitScale(640, 64) }
    expect(xOf(view, 64)).toBe(640)
    expect(timeAt(view, 320)).toBe(32)
  })

  it('keeps the moment under the pointer in place while zooming', () => {
    const before = { start: 8, scale: 20 }
    const after = zoomAt(before, 200, 2, 640, 64)
    expect(after.scale).toBe(40)
    expect(timeAt(after, 200)).toBeCloseTo(timeAt(before, 200))
  })

  it('never shows less than nothing or more than the song', () => {
    expect(clampView({ start: -5, scale: 1 }, 640, 64)).toEqual({ start: 0, scale: 10 })
    expect(clampView({ start: 999, scale: 20 }, 640, 64)).toEqual({ start: 32, scale: 20 })
  })

  it('turns the page only when the playhead leaves it', () => {
    const view = { start: 0, scale: 20 }
    expect(follow(view, 10, 640, 64)).toBe(view)
    expect(follow(view, 31.9, 640, 64).start).toBeGreaterThan(25)
  })

  it('labels fewer bars when there is little room', () => {
    const labels = (scale: number) => visibleBars(score, { start: 0, scale }, 64 * scale).filter((bar) => bar.labelled).map((bar) => bar.number)
    expect(labels(30)).toHaveLength(32)
    expect(labels(10)).toEqual([1, 5, 9, 13, 17, 21, 25, 29])
  })

  it('finds the bars next to a moment', () => {
    expect(neighbourBar(score, 3, 1)).toBe(4)
    expect(neighbourBar(score, 4, 1)).toBe(6)
    expect(neighbourBar(score, 4, -1)).toBe(2)
    expect(neighbourBar(score, 63.5, 1)).toBe(64)
  })
})

describe('the notes of a lane', () => {
  const notes = Array.from({ length: 1000 }, (_, index) => note(index * 100))

  it('are drawn only where they can be seen, with those that reach in from the left', () => {
    expect(visibleNotes(notes, 5000, 6000, 120)).toEqual([49, 60])
    expect(visibleNotes(notes, -100, 0, 120)).toEqual([0, 0])
  })

  it('use at least an octave of height', () => {
    expect(pitchRange([note(0, 10, 38)])).toEqual({ low: 32, high: 44 })
    expect(pitchRange([])).toEqual({ low: 60, high: 72 })
  })

  it('stay inside the lane', () => {
    const range = { low: 36, high: 84 }
    expect(noteBox(84, range, 64, 6).top).toBe(6)
    const lowest = noteBox(36, range, 64, 6)
    expect(lowest.top + lowest.height).toBeLessThanOrEqual(64 - 6 + 0.6)
  })
})
