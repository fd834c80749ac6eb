import { PIANO } from '@/domain'
import { clampView, timeAt, type View, visibleNotes, xOf } from './timeline'
import type { RollNote } from './noteEdits'

/** What of a piano roll is on screen: time from left to right, and keys from `top` downwards, each `row` pixels high. */
export type RollView = View & {
  /** The key at the upper edge; with a fraction when it is cut. */
  top: number
  row: number
}

export const ROWS = { least: 6, most: 34 } as const
/** Half of the room at the end of a note that takes hold of its length. */
const GRIP = 5
const GRIPPABLE = 15
const BEATS_A_BAR = 4
const BLACK = new Set([1, 3, 6, 8, 10])

export const isBlack = (pitch: number) => BLACK.has(pitch % 12)
export const octaveOf = (pitch: number) => Math.floor(pitch / 12) - 1

export const yOf = (view: RollView, pitch: number) => (view.top - pitch) * view.row
export const pitchAt = (view: RollView, y: number) => Math.ceil(view.top - y / view.row - 1e-9)

/** Keeps a view inside the sound and the piano. */
export function clampRoll(view: RollView, width: number, height: number, duration: number): RollView {
  const keys = PIANO.highest - PIANO.lowest + 1
  const row = Math.min(ROWS.most, Math.max(ROWS.least, height / keys, view.row))
  const lowest = PIANO.lowest - 1 + height / row
  return { ...clampView(view, width, duration), row, top: Math.min(PIANO.highest, Math.max(lowest, view.top)) }
}

/** The view in which notes begin: their keys in the middle, and the first seconds. */
export function beginning(notes: RollNote[], width: number, height: number, duration: number, seconds = 12): RollView {
  const pitches = notes.map(({ pitch }) => pitch)
  const [low, high] = pitches.length > 0 ? [Math.min(...pitches), Math.max(...pitches)] : [54, 78]
  const row = Math.min(20, Math.max(9, height / (high - low + 5)))
  const top = (high + low) / 2 + height / row / 2
  return clampRoll({ start: 0, scale: width / Math.min(duration || seconds, seconds), row, top }, width, height, duration)
}

/** Zooms the keys so that the one under `y` stays where it is. */
export function zoomRows(view: RollView, y: number, factor: number, width: number, height: number, duration: number): RollView {
  const at = view.top - y / view.row
  const row = Math.min(ROWS.most, Math.max(ROWS.least, view.row * factor))
  return clampRoll({ ...view, row, top: at + y / row }, width, height, duration)
}

/** Moves the view no further than it must to show a note. */
export function reveal(view: RollView, note: RollNote, width: number, height: number, duration: number): RollView {
  const margin = Math.min(60, width / 6)
  const x = xOf(view, note.start)
  const y = yOf(view, note.pitch)
  let { start, top } = view
  if (x < margin) start = note.start - margin / view.scale
  else if (x > width - margin) start = note.start - (width - margin) / view.scale
  if (y < view.row) top = note.pitch + 2
  else if (y > height - view.row * 2) top = note.pitch - 2 + height / view.row
  return clampRoll({ ...view, start, top }, width, height, duration)
}

export type Box = { x: number; y: number; width: number; height: number }

export function noteRect(view: RollView, note: RollNote): Box {
  return { x: xOf(view, note.start), y: yOf(view, note.pitch), width: Math.max(3, note.length * view.scale), height: view.row }
}

/** The notes that can be seen, by their place in the list. */
export const seenNotes = (notes: RollNote[], view: View, width: number, longest: number) => visibleNotes(notes, timeAt(view, 0), timeAt(view, width), longest)

export type Hit = { note: RollNote; part: 'body' | 'end' }

/** The note under a point; of several the one that is painted last. */
export function hit(notes: RollNote[], view: RollView, x: number, y: number): Hit | null {
  for (let index = notes.length - 1; index >= 0; index--) {
    const note = notes[index]!
    const box = noteRect(view, note)
    if (y < box.y || y >= box.y + box.height || x < box.x || x > box.x + box.width + (box.width < GRIPPABLE ? 0 : GRIP)) continue
    const grips = box.width >= GRIPPABLE && x >= box.x + box.width - GRIP
    return { note, part: grips ? 'end' : 'body' }
  }
  return null
}

export type Line = { seconds: number; kind: 'bar' | 'beat' | 'part'; bar: number }

/** Lines of the grid on screen; those that would stand closer than `room` pixels are left out. */
export function gridLines(bpm: number, step: number | null, view: View, width: number, room = 9): Line[] {
  const beat = 60 / bpm
  const bar = beat * BEATS_A_BAR
  let finest = [step ?? beat, beat, bar].find((each) => each * view.scale >= room) ?? bar * 2
  while (finest * view.scale < room) finest *= 2
  const lines: Line[] = []
  const isWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-4
  for (let index = Math.max(0, Math.floor(view.start / finest)); ; index++) {
    const seconds = index * finest
    if (xOf(view, seconds) > width) return lines
    lines.push({ seconds, kind: isWhole(seconds / bar) ? 'bar' : isWhole(seconds / beat) ? 'beat' : 'part', bar: Math.round(seconds / bar) + 1 })
  }
}

/** Seconds between two marks of a ruler without a tempo. */
export const secondsStep = (view: View, room = 70) => [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300].find((each) => each * view.scale >= room) ?? 600
