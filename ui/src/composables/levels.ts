// Where a level stands on a fader and on a meter.

export const SILENCE = -60
export const LOUDEST = 12
const UNITY_AT = 0.75

/** Travel of a fader (0 bottom, 1 top) for a gain: fine around unity, coarse towards silence. */
export function travelOf(decibels: number): number {
  if (decibels >= 0) return UNITY_AT + (Math.min(decibels, LOUDEST) / LOUDEST) * (1 - UNITY_AT)
  return UNITY_AT * (1 - Math.sqrt(Math.min(1, decibels / SILENCE)))
}

/** Gain in decibels at a travel of the fader. */
export function gainAt(travel: number): number {
  const at = Math.min(1, Math.max(0, travel))
  if (at >= UNITY_AT) return ((at - UNITY_AT) / (1 - UNITY_AT)) * LOUDEST
  return SILENCE * (1 - at / UNITY_AT) ** 2
}

/** Deflection of a meter (0 to 1) after IEC 60268-18: fine where music lives, coarse below −40 dB. */
export function deflection(decibels: number): number {
  const points: [number, number][] = [[-60, 0], [-50, 0.075], [-40, 0.15], [-30, 0.3], [-20, 0.5], [0, 1]]
  if (!(decibels > -60)) return 0
  if (decibels >= 0) return 1
  const upper = points.findIndex(([level]) => decibels < level)
  const [fromDb, from] = points[upper - 1]!
  const [toDb, to] = points[upper]!
  return from + ((decibels - fromDb) / (toDb - fromDb)) * (to - from)
}

/** A level that rises at once, is held, and falls slowly: the tick above a meter. */
export class PeakHold {
  level = -120
  private since = 0

  constructor(private readonly holdMs = 900, private readonly fallPerSecond = 18) {}

  at(now: number, level: number): number {
    if (level >= this.level) {
      this.level = level
      this.since = now
    } else if (now - this.since > this.holdMs) {
      const fallen = ((now - this.since - this.holdMs) / 1000) * this.fallPerSecond
      this.since = now - this.holdMs
      this.level = Math.max(level, this.level - fallen)
    }
    return this.level
  }
}
