import type { Depth, Encoding, Loudness, LoudnessTarget } from '@/domain'

/** What mastering would do to a file, as far as its loudness tells. */
export type Foresight = {
  gain: number
  /** How far the limiter would have to hold the true peak, in dB; 0 when it would not work. */
  limiter: number
}

/** Foresees the gain of a file; `null` when its loudness is not known, or nothing in it is loud enough to be measured. */
export function foresee(loudness: Loudness | null, target: LoudnessTarget, album: number | null = null): Foresight | null {
  const from = album ?? loudness?.integrated ?? null
  if (from === null || !loudness || loudness.integrated === null) return null
  const gain = target.loudness - from
  const peak = (loudness.true_peak ?? -Infinity) + gain
  return { gain, limiter: Math.max(0, peak - target.ceiling) }
}

/** The loudness of several sounds after each other, by energy and length: an estimate, as gating is left out. */
export function albumLoudness(all: (Loudness | null)[]): number | null {
  let energy = 0
  let seconds = 0
  for (const loudness of all) {
    if (!loudness || loudness.integrated === null) continue
    energy += loudness.duration * 10 ** (loudness.integrated / 10)
    seconds += loudness.duration
  }
  return seconds > 0 ? 10 * Math.log10(energy / seconds) : null
}

export type Format = Encoding['format']
export const FORMATS: readonly Format[] = ['wav', 'aiff', 'flac', 'mp3', 'vorbis', 'opus']
export const KBPS: Record<'mp3' | 'opus', readonly number[]> = { mp3: [128, 160, 192, 256, 320], opus: [64, 96, 128, 160, 256] }
export const QUALITIES: readonly number[] = [3, 5, 7, 9, 10]
/** FLAC has no floating point. */
export const depthsOf = (format: 'wav' | 'aiff' | 'flac'): readonly Depth[] => (format === 'flac' ? ['int16', 'int24'] : ['int16', 'int24', 'float32'])

/** What a format begins with. */
export const BEGINNING: Record<Format, Encoding> = {
  wav: { format: 'wav', depth: 'int24' }, aiff: { format: 'aiff', depth: 'int24' }, flac: { format: 'flac', depth: 'int24' },
  mp3: { format: 'mp3', kbps: 192 }, vorbis: { format: 'vorbis', quality: 7 }, opus: { format: 'opus', kbps: 128 },
}

/** Limits of a target that people write themselves (the studio refuses what lies outside). */
export const TARGET_LIMITS = { loudness: { min: -40, max: -5 }, ceiling: { min: -12, max: 0 } } as const
