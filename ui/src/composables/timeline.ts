import type { Meter, Note, Score } from '@/domain'
import { TICKS_PER_QUARTER } from '@/domain'

/** What of the song is on screen: the time at the left edge and how many pixels a second takes. */
export type View = { start: number; scale: number }

export const MAX_SCALE = 400

export const secondsAt = (ticks: number, bpm: number) => (ticks * 60) / (TICKS_PER_QUARTER * bpm)
export const barTicks = (meter: Meter) => (meter.beats * 4 * TICKS_PER_QUARTER) / meter.unit
export const lengthOf = (score: Score) => secondsAt(score.length, score.bpm)

/** The scale at which the whole song is as wide as the lanes. */
export const fitScale = (width: number, duration: number) => (duration > 0 && width > 0 ? width / duration : 1)

export const xOf = (view: View, seconds: number) => (seconds - view.start) * view.scale
export const timeAt = (view: View, x: number) => view.start + x / view.scale

/** Keeps a view inside the song. */
export function clampView(view: View, width: number, duration: number, most = MAX_SCALE): View {
  const scale = Math.min(most, Math.max(fitScale(width, duration), view.scale))
  const last = Math.max(0, duration - width / scale)
  return { scale, start: Math.min(last, Math.max(0, view.start)) }
}

/** Zooms so that the moment under `x` stays where it is. */
export function zoomAt(view: View, x: number, factor: number, width: number, duration: number, most = MAX_SCALE): View {
  const scale = Math.min(most, Math.max(fitScale(width, duration), view.scale * factor))
  return clampView({ scale, start: timeAt(view, x) - x / scale }, width, duration, most)
}

/** Turns the page when the playhead leaves the visible part. */
export function follow(view: View, seconds: number, width: number, duration: number, most = MAX_SCALE): View {
  const x = xOf(view, seconds)
  if (x >= 0 && x <= width * 0.96) return view
  return clampView({ ...view, start: seconds - (width * 0.06) / view.scale }, width, duration, most)
}

export type Bar = { number: number; seconds: number; labelled: boolean }

/** Bar lines on screen; so few are labelled that the numbers never touch. */
export function visibleBars(score: Score, view: View, width: number, room = 44): Bar[] {
  const bar = barTicks(score.meter)
  const barSeconds = secondsAt(bar, score.bpm)
  const count = Math.ceil(score.length / bar)
  let every = 1
  while (every * barSeconds * view.scale < room) every *= 2
  const dense = barSeconds * view.scale < 5 ? every / 2 : 1
  const bars: Bar[] = []
  const first = Math.max(0, Math.floor(view.start / barSeconds))
  for (let index = first; index < count; index++) {
    const seconds = index * barSeconds
    if (xOf(view, seconds) > width) break
    if (index % every === 0 || index % dense === 0) bars.push({ number: index + 1, seconds, labelled: index % every === 0 })
  }
  return bars
}

/** The beginning of the bar before or after a moment. */
export function neighbourBar(score: Score, seconds: number, step: 1 | -1): number {
  const bar = secondsAt(barTicks(score.meter), score.bpm)
  const at = seconds / bar
  const index = step > 0 ? Math.floor(at + 0.02) + 1 : Math.ceil(at - 0.35) - 1
  return Math.min(lengthOf(score), Math.max(0, index * bar))
}

/** Index range of the notes that can be seen between two ticks; notes are sorted by start. */
export function visibleNotes(notes: Note[], from: number, to: number, longest: number): [number, number] {
  return [lowerBound(notes, from - longest), lowerBound(notes, to)]
}

function lowerBound(notes: Note[], tick: number) {
  let low = 0
  let high = notes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (notes[middle]!.start < tick) low = middle + 1
    else high = middle
  }
  return low
}

export type PitchRange = { low: number; high: number }

/** The pitches a lane must show, at least an octave, so that one repeated note is not a wall. */
export function pitchRange(notes: Note[]): PitchRange {
  if (notes.length === 0) return { low: 60, high: 72 }
  let low = 127
  let high = 0
  for (const { pitch } of notes) {
    low = Math.min(low, pitch)
    high = Math.max(high, pitch)
  }
  const missing = Math.max(0, 12 - (high - low))
  return { low: low - Math.ceil(missing / 2), high: high + Math.floor(missing / 2) }
}

/** Height of a note and its top in a lane. */
export function noteBox(pitch: number, range: PitchRange, height: number, padding: number) {
  const rows = range.high - range.low + 1
  const row = (height - padding * 2) / rows
  return { top: padding + (range.high - pitch) * row, height: Math.max(1.5, Math.min(6, row - 0.5)) }
}
