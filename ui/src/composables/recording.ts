import type { InputDevice, InputFrame, InputSettings, Problem, Recorder } from '@/domain'
import { RECORDING_LIMITS } from '@/domain'

/** What a musician should do about the level of an input. */
export type Advice = 'nothing' | 'quiet' | 'good' | 'loud' | 'clipped'

const HEARD = -60
const QUIET = -24
const LOUD = -3

/** Judges the highest peak of the last seconds, in dBFS. */
export function advise(peak: number, clipped: boolean): Advice {
  if (clipped) return 'clipped'
  if (!(peak > HEARD)) return 'nothing'
  if (peak < QUIET) return 'quiet'
  return peak > LOUD ? 'loud' : 'good'
}

/** Channels that can be recorded together: `first` from 0. */
export type ChannelChoice = { first: number; count: number }

/** Each channel alone, the pairs, and all of them together. */
export function channelChoices(device: InputDevice | null): ChannelChoice[] {
  const all = Math.max(1, device?.channels ?? 1)
  const alone = Array.from({ length: all }, (_, first) => ({ first, count: 1 }))
  const pairs = Array.from({ length: Math.floor(all / 2) }, (_, pair) => ({ first: pair * 2, count: 2 }))
  const together = all > 2 ? [{ first: 0, count: Math.min(all, RECORDING_LIMITS.channels) }] : []
  return [...alone, ...pairs, ...together]
}

export const choiceId = ({ first, count }: ChannelChoice) => `${first}:${count}`
export const choiceOf = (settings: InputSettings): ChannelChoice => ({ first: settings.first_channel, count: settings.channels })

/** `1`, `1+2`, `1–8`: channels as people count them. */
export function channelName({ first, count }: ChannelChoice): string {
  if (count === 1) return String(first + 1)
  return count === 2 ? `${first + 1}+${first + 2}` : `${first + 1}–${first + count}`
}

/** The beat that is counted now, from 1. */
export const beatOf = (total: number, left: number) => Math.min(total, Math.max(1, total - left + 1))

const FRAMES = 4096

/** The last peaks of a take, newest last; the memory it takes does not grow with the take. */
export class Trail {
  /** All that were ever pushed. */
  total = 0
  private readonly kept = new Float32Array(FRAMES)

  push(amplitude: number) {
    this.kept[this.total % FRAMES] = amplitude
    this.total += 1
  }

  clear() {
    this.total = 0
  }

  get length() {
    return Math.min(this.total, FRAMES)
  }

  /** The peak that was pushed as number `index` of all; 0 when it is no longer kept. */
  at(index: number): number {
    return index < 0 || index < this.total - FRAMES || index >= this.total ? 0 : this.kept[index % FRAMES]!
  }
}

/** What is shown of an input and of the take under way. */
export interface RecordingDesk {
  now: Recorder
  problem: Problem | null
  /** Whether no input is open, and none is about to be. */
  deaf: boolean
  preparing: boolean
  busy: boolean
  stopping: boolean
  advice: Advice
  beatsLeft: number | null
  /** Seconds. */
  recorded: number
  frame(): InputFrame
  trail(): Trail
}
