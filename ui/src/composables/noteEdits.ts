import type { HeardNote } from '@/domain'
import { PIANO } from '@/domain'

/** A note of the editor; `id` stays while it is edited. */
export type RollNote = HeardNote & { id: number }
export type Picked = ReadonlySet<number>

/** No note is shorter, in seconds: a shorter one could not be seen or heard. */
export const SHORTEST = 0.03
export const VELOCITY = { min: 1, max: 127 } as const

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
const inOrder = (notes: RollNote[]) => [...notes].sort((a, b) => a.start - b.start || a.pitch - b.pitch)

export const withIds = (notes: HeardNote[]): RollNote[] => inOrder(notes.map((note, id) => ({ ...note, id })))
export const withoutIds = (notes: RollNote[]): HeardNote[] => notes.map(({ start, length, pitch, velocity }) => ({ start, length, pitch, velocity }))

const edit = (notes: RollNote[], picked: Picked, change: (note: RollNote) => RollNote) => inOrder(notes.map((note) => (picked.has(note.id) ? change(note) : note)))

/** Moves notes together: all of them stop when the first reaches an end of the sound or of the piano. */
export function moveNotes(notes: RollNote[], picked: Picked, seconds: number, keys: number, duration: number): RollNote[] {
  const moved = notes.filter(({ id }) => picked.has(id))
  if (moved.length === 0) return notes
  const earliest = Math.min(...moved.map(({ start }) => start))
  const latest = Math.max(...moved.map(({ start, length }) => start + length))
  const [lowest, highest] = [Math.min(...moved.map(({ pitch }) => pitch)), Math.max(...moved.map(({ pitch }) => pitch))]
  const by = clamp(seconds, -earliest, Math.max(-earliest, duration - latest))
  const up = clamp(keys, PIANO.lowest - lowest, PIANO.highest - highest)
  return edit(notes, picked, (note) => ({ ...note, start: note.start + by, pitch: note.pitch + up }))
}

/** Makes notes longer or shorter at their end. */
export const resizeNotes = (notes: RollNote[], picked: Picked, seconds: number, duration: number) =>
  edit(notes, picked, (note) => ({ ...note, length: clamp(note.length + seconds, SHORTEST, Math.max(SHORTEST, duration - note.start)) }))

/** Makes notes louder or quieter, and keeps their distances as far as there is room. */
export const shadeNotes = (notes: RollNote[], picked: Picked, by: number) =>
  edit(notes, picked, (note) => ({ ...note, velocity: Math.round(clamp(note.velocity + by, VELOCITY.min, VELOCITY.max)) }))

export const setVelocity = (notes: RollNote[], picked: Picked, velocity: number) =>
  edit(notes, picked, (note) => ({ ...note, velocity: Math.round(clamp(velocity, VELOCITY.min, VELOCITY.max)) }))

export const removeNotes = (notes: RollNote[], picked: Picked) => notes.filter(({ id }) => !picked.has(id))

export function addNote(notes: RollNote[], note: HeardNote, duration: number): { notes: RollNote[]; id: number } {
  const id = notes.reduce((most, each) => Math.max(most, each.id), -1) + 1
  const length = clamp(note.length, SHORTEST, Math.max(SHORTEST, duration))
  const start = clamp(note.start, 0, Math.max(0, duration - length))
  return { id, notes: inOrder([...notes, { id, start, length, pitch: clamp(note.pitch, PIANO.lowest, PIANO.highest), velocity: clamp(note.velocity, VELOCITY.min, VELOCITY.max) }]) }
}

/** The notes that touch a stretch of time and keys, both ends included. */
export const notesIn = (notes: RollNote[], from: number, to: number, low: number, high: number) =>
  notes.filter(({ start, length, pitch }) => start < to && start + length > from && pitch >= low && pitch <= high)

/** Parts of a beat that notes can be held to. */
export const GRIDS = [1, 0.5, 0.25, 0.125, 1 / 3] as const
export type Grid = (typeof GRIDS)[number] | null

/** Seconds between two lines of the grid; `null` without a tempo or a grid. */
export const gridStep = (bpm: number | null, grid: Grid) => (bpm && grid ? (60 / bpm) * grid : null)

/** The nearest line of the grid, or the moment itself where there is none. */
export const snap = (seconds: number, step: number | null) => (step ? Math.round(seconds / step) * step : seconds)
