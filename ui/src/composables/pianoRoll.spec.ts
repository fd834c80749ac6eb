import { describe, expect, it } from 'vitest'
import { addNote, gridStep, moveNotes, notesIn, removeNotes, resizeNotes, type RollNote, setVelocity, shadeNotes, SHORTEST, snap, withIds, withoutIds } from './noteEdits'
import { beginning, clampRoll, gridLines, hit, noteRect, octaveOf, pitchAt, reveal, type RollView, secondsStep, yOf, zoomRows } from './pianoRoll'

const note = (id: number, start: number, pitch = 60, length = 0.5, velocity = 90): RollNote => ({ id, start, pitch, length, velocity })
const view: RollView = { start: 0, scale: 100, top: 72, row: 10 }
const DURATION = 60

describe('the keys of the roll', () => {
  it('stand where they are found again', () => {
    for (const pitch of [72, 71, 60, 48]) {
      expect(pitchAt(view, yOf(view, pitch) + 0.5)).toBe(pitch)
      expect(pitchAt(view, yOf(view, pitch) + 9.5)).toBe(pitch)
    }
    const cut = { ...view, top: 72.4 }
    expect(pitchAt(cut, yOf(cut, 60) + 5)).toBe(60)
  })

  it('are called after their octave', () => {
    expect([21, 60, 108].map(octaveOf)).toEqual([0, 4, 8])
  })

  it('never leave the piano, at any zoom', () => {
    const low = clampRoll({ ...view, top: 0 }, 800, 400, DURATION)
    expect(pitchAt(low, 399)).toBe(21)
    const high = clampRoll({ ...view, top: 200 }, 800, 400, DURATION)
    expect(pitchAt(high, 1)).toBe(108)
    expect(clampRoll({ ...view, row: 500 }, 800, 400, DURATION).row).toBe(34)
    expect(clampRoll({ ...view, row: 1 }, 800, 880, DURATION).row).toBe(10)
  })

  it('keep the one under the pointer in its place while they are zoomed', () => {
    const next = zoomRows(view, 120, 1.5, 800, 400, DURATION)
    expect(next.row).toBe(15)
    expect(next.top - 120 / next.row).toBeCloseTo(view.top - 120 / view.row)
  })
})

describe('the notes of the roll', () => {
  it('are taken by their body, and at their end for their length', () => {
    const notes = [note(1, 1)]
    expect(hit(notes, view, 120, 125)).toEqual({ note: notes[0], part: 'body' })
    expect(hit(notes, view, 149, 125)?.part).toBe('end')
    expect(hit(notes, view, 120, 135)).toBeNull()
    expect(hit(notes, view, 90, 125)).toBeNull()
  })

  it('give the uppermost of several, and no end to what is too short to take', () => {
    expect(hit([note(1, 1), note(2, 1.1)], view, 130, 125)?.note.id).toBe(2)
    expect(hit([note(1, 1, 60, 0.1)], view, 109, 125)?.part).toBe('body')
  })

  it('can be seen however short they are', () => {
    expect(noteRect(view, note(1, 0, 60, 0.001)).width).toBe(3)
  })

  it('begin in the middle of the picture', () => {
    const first = beginning([note(1, 0, 60), note(2, 1, 64)], 900, 400, DURATION)
    expect(first.scale).toBe(75)
    expect(yOf(first, 62)).toBeGreaterThan(150)
    expect(yOf(first, 62)).toBeLessThan(250)
    expect(beginning([], 900, 400, 0).row).toBeGreaterThan(5)
  })

  it('are brought into the picture, which else stays where it is', () => {
    expect(reveal(view, note(1, 3), 800, 400, DURATION)).toEqual(clampRoll(view, 800, 400, DURATION))
    const far = reveal(view, note(1, 40, 100), 800, 400, DURATION)
    expect((40 - far.start) * far.scale).toBeLessThanOrEqual(740.1)
    expect(yOf(far, 100)).toBeGreaterThanOrEqual(0)
  })
})

describe('the grid', () => {
  it('knows bars, beats and parts, and leaves out what would stand too close', () => {
    const lines = gridLines(120, 0.125, { start: 0, scale: 100 }, 210)
    expect(lines.map(({ kind }) => kind).slice(0, 5)).toEqual(['bar', 'part', 'part', 'part', 'beat'])
    expect(lines.at(-1)).toEqual({ seconds: 2, kind: 'bar', bar: 2 })
    expect(gridLines(120, 0.125, { start: 0, scale: 20 }, 210).every(({ kind }) => kind !== 'part')).toBe(true)
  })

  it('ends at the edge of the picture whatever the tempo', () => {
    for (const bpm of [1, 30, 300, 999]) expect(gridLines(bpm, null, { start: 1e4, scale: 0.01 }, 2000).length).toBeLessThan(300)
  })

  it('is in seconds where no pulse is heard', () => {
    expect([1, 10, 100, 400].map((scale) => secondsStep({ start: 0, scale }))).toEqual([120, 10, 1, 0.2])
    expect(gridStep(null, 0.25)).toBeNull()
    expect(gridStep(120, 0.25)).toBe(0.125)
    expect([snap(0.3, 0.25), snap(0.3, null)]).toEqual([0.25, 0.3])
  })
})

describe('an edit of notes', () => {
  const notes = [note(1, 1, 60), note(2, 2, 64), note(3, 3, 67)]
  const both = new Set([1, 2])

  it('moves what is picked together, and stops it together at the ends', () => {
    expect(moveNotes(notes, both, 0.5, 2, DURATION).map(({ start, pitch }) => [start, pitch])).toEqual([[1.5, 62], [2.5, 66], [3, 67]])
    expect(moveNotes(notes, both, -5, 0, DURATION).slice(0, 2).map(({ start }) => start)).toEqual([0, 1])
    expect(moveNotes(notes, both, 0, 99, DURATION).filter(({ id }) => both.has(id)).map(({ pitch }) => pitch)).toEqual([104, 108])
    expect(moveNotes(notes, both, 999, 0, 10).find(({ id }) => id === 2)!.start).toBe(9.5)
    expect(moveNotes(notes, new Set(), 1, 1, DURATION)).toBe(notes)
  })

  it('keeps them in the order of time', () => {
    expect(moveNotes(notes, new Set([1]), 5, 0, DURATION).map(({ id }) => id)).toEqual([2, 3, 1])
  })

  it('never makes one vanish or sound past the end', () => {
    expect(resizeNotes(notes, both, -9, DURATION)[0]!.length).toBe(SHORTEST)
    expect(resizeNotes(notes, both, 99, 10)[0]!.length).toBe(9)
    expect(shadeNotes(notes, both, -200)[0]!.velocity).toBe(1)
    expect(setVelocity(notes, both, 400)[0]!.velocity).toBe(127)
  })

  it('adds with a new id and removes what is picked', () => {
    const added = addNote(notes, { start: -1, length: 0.5, pitch: 5, velocity: 90 }, DURATION)
    expect(added.id).toBe(4)
    expect(added.notes[0]).toEqual({ id: 4, start: 0, length: 0.5, pitch: 21, velocity: 90 })
    expect(removeNotes(notes, both).map(({ id }) => id)).toEqual([3])
  })

  it('finds what a box touches', () => {
    expect(notesIn(notes, 1.4, 2.1, 60, 64).map(({ id }) => id)).toEqual([1, 2])
    expect(notesIn(notes, 0, 9, 65, 70).map(({ id }) => id)).toEqual([3])
  })

  it('goes to the wire and back as it was', () => {
    expect(withoutIds(withIds([{ start: 2, length: 1, pitch: 50, velocity: 3 }, { start: 1, length: 1, pitch: 50, velocity: 3 }])).map(({ start }) => start)).toEqual([1, 2])
  })
})
