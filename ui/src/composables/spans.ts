import type { Span } from '@/domain'
import { clock } from './useWording'

/** Shorter than this nothing can be looped, and a drag is a click that slipped. */
export const SHORTEST_S = 0.02

/** Brings two moments into order and inside a sound; `null` when they are the same. */
export function spanOf(one: number, other: number, duration: number): Span | null {
  const [from, to] = [Math.max(0, Math.min(one, other)), Math.min(duration, Math.max(one, other))]
  return to - from >= SHORTEST_S ? { from, to } : null
}

/** Moves one edge; past the other edge they change places. */
export function moveEdge(span: Span, edge: 'from' | 'to', to: number, duration: number): Span {
  return spanOf(edge === 'from' ? span.to : span.from, to, duration) ?? span
}

/** `1:07.482`: as fine as edges are set. */
export function exactClock(seconds: number): string {
  const thousandths = Math.round(Math.max(0, seconds) * 1000)
  return `${clock(Math.floor(thousandths / 1000))}.${String(thousandths % 1000).padStart(3, '0')}`
}

const STEPS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]

/** The marks of a ruler: so far apart that their times never touch, with smaller ones between them. */
export function rulerStep(scale: number, room = 76): { major: number; minor: number } {
  const major = STEPS.find((step) => step * scale >= room) ?? STEPS.at(-1)!
  const minor = STEPS.filter((step) => step < major && Number.isInteger(Math.round((major / step) * 1e6) / 1e6)).find((step) => step * scale >= 7) ?? major
  return { major, minor }
}

/** The time of a mark, with as many places as its ruler needs. */
export function markText(seconds: number, major: number): string {
  if (major >= 1) return clock(seconds)
  const digits = major >= 0.1 ? 1 : major >= 0.01 ? 2 : major >= 0.001 ? 3 : 4
  const whole = Math.floor(seconds + 1e-9)
  return `${clock(whole)}${(seconds - whole).toFixed(digits).slice(1)}`
}
