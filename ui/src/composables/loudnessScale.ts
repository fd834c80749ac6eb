// The scales of EBU Tech 3341: +9 for everyday work, +18 for music with a wide range; 0 LU is the target.

export type ScaleName = 'ebu9' | 'ebu18'
export const SCALES = { ebu9: { low: -18, high: 9, step: 3 }, ebu18: { low: -36, high: 18, step: 6 } } as const

export const PEAK_SCALE = { low: -30, high: 3 } as const
/** The highest true peak that EBU R 128 permits, in dBTP. */
export const PEAK_LIMIT = -1
/** Nothing is heard below this; meters show that they have no value. */
export const SILENT = -70

const share = (value: number, low: number, high: number) => Math.min(1, Math.max(0, (value - low) / (high - low)))

/** Where a loudness stands on a scale around the target, 0 at the bottom. */
export const loudnessAt = (lufs: number, target: number, scale: ScaleName) => share(lufs - target, SCALES[scale].low, SCALES[scale].high)
export const peakAt = (dbtp: number) => share(dbtp, PEAK_SCALE.low, PEAK_SCALE.high)

/** The marks of a scale, from the bottom up. */
export function marksOf(scale: ScaleName): number[] {
  const { low, high, step } = SCALES[scale]
  return Array.from({ length: Math.round((high - low) / step) + 1 }, (_, index) => low + index * step)
}
