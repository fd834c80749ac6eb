import type { Peaks, Score, Strip } from '@/domain'
import { TICKS_PER_QUARTER } from '@/domain'
import type { Levels } from './hearing'
import { randomFrom } from './song'

export const secondsOf = (score: Score, ticks: number) => (ticks * 60) / (TICKS_PER_QUARTER * score.bpm)

/** The envelope that a song of such sections would have. */
export function peaksOf(score: Score, buckets: number): Peaks {
  const random = randomFrom(score.seed)
  const max = Array.from({ length: buckets }, (_, index) => {
    const tick = (index / buckets) * score.length
    const section = score.sections.find((each) => tick < each.start + each.length)
    const beat = (tick % TICKS_PER_QUARTER) / TICKS_PER_QUARTER
    const pulse = 0.72 + 0.28 * Math.exp(-beat * 4)
    return Math.min(0.89, (0.18 + 0.66 * (section?.energy ?? 0)) * pulse * (0.75 + 0.25 * random()))
  })
  return { duration: secondsOf(score, score.length), max, min: max.map((peak) => -peak * (0.88 + 0.12 * random())) }
}

const decibels = (amplitude: number) => 20 * Math.log10(Math.max(amplitude, 1e-6))

/** What the meters would say at a moment of the song. */
export function frameAt(score: Score | null, strips: Strip[], position: number, playing: boolean): Levels {
  const silent: Levels = { position, playing, peak: [-120, -120], rms: [-120, -120], momentary: -120, tracks: strips.map(({ track }) => ({ track, peak: -120 })) }
  if (!score || !playing) return silent
  const tick = (position * TICKS_PER_QUARTER * score.bpm) / 60
  const soloed = strips.some((strip) => strip.solo)
  let sum = 0
  const tracks = score.tracks.map((track) => {
    const strip = strips.find((each) => each.track === track.id)
    const heard = strip && !strip.mute && (!soloed || strip.solo)
    let amplitude = 0
    if (heard) {
      for (const note of track.notes) {
        if (note.start > tick) break
        if (tick < note.start + Math.max(note.length, 120)) amplitude += (note.velocity / 127) * 0.3 * Math.exp(-(tick - note.start) / 600)
      }
      amplitude *= 10 ** (strip.level / 20)
    }
    sum += amplitude * 0.6
    return { track: track.id, peak: decibels(Math.min(1, amplitude)) }
  })
  const level = Math.min(0.89, sum)
  const wobble = 0.94 + 0.06 * Math.sin(position * 9)
  return { position, playing, peak: [decibels(level), decibels(level * wobble)], rms: [decibels(level * 0.55), decibels(level * 0.52 * wobble)], momentary: decibels(level * 0.5) - 0.7, tracks }
}
