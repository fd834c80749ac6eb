import { type Closest, PROFILE_LIMITS, type Profile, type Quality, type Sample, type SampleCheck, type Verdict } from '@/domain'

const WORST_LAST: readonly Verdict[] = ['good', 'poor', 'unusable']

/** What a check says, worded by its number where there is one. */
export type CheckAdvice =
  | 'level_good' | 'level_quiet' | 'level_faint' | 'level_loud' | 'noise_good' | 'noise_some' | 'noise_much' | 'noise_unknown' | 'clipping_good' | 'clipping_some' | 'clipping_much'
  | 'duration_good' | 'duration_short' | 'duration_tiny' | 'speakers_good' | 'speakers_maybe' | 'speakers_many' | 'speakers_nobody' | 'unmeasured'

const SAID: Record<Exclude<Quality, 'level' | 'speakers'>, Record<Verdict, CheckAdvice>> = {
  noise: { good: 'noise_good', poor: 'noise_some', unusable: 'noise_much' },
  clipping: { good: 'clipping_good', poor: 'clipping_some', unusable: 'clipping_much' },
  duration: { good: 'duration_good', poor: 'duration_short', unusable: 'duration_tiny' },
}
/** Between the two bounds of a good level, in LUFS: what is not good is on one side of it. */
const MIDDLE_LEVEL = -20

/** Says what was found, and with it what to do. */
export function adviceOf({ quality, verdict, value }: SampleCheck): CheckAdvice {
  if (quality === 'speakers') {
    if (!value) return 'speakers_nobody'
    return verdict === 'good' ? 'speakers_good' : verdict === 'poor' ? 'speakers_maybe' : 'speakers_many'
  }
  if (value === null) return quality === 'noise' && verdict === 'good' ? 'noise_unknown' : 'unmeasured'
  if (quality !== 'level') return SAID[quality][verdict]
  if (verdict === 'good') return 'level_good'
  if (value > MIDDLE_LEVEL) return 'level_loud'
  return verdict === 'poor' ? 'level_quiet' : 'level_faint'
}

/** Digits behind the point that each number is told with. */
export const DIGITS: Record<Quality, number> = { level: 0, noise: 0, clipping: 2, duration: 0, speakers: 0 }

/** How much of its meter a check fills, 0 to 1; more is better, but for clipping, where it is how much is cut off. */
export function fillOf({ quality, value }: SampleCheck): number {
  const within = (from: number, to: number) => Math.min(1, Math.max(0, ((value ?? from) - from) / (to - from)))
  switch (quality) {
    case 'level': return within(-60, 0)
    case 'noise': return value === null ? 1 : within(0, 50)
    case 'clipping': return value ? 0.06 + 0.94 * within(0, 1.5) : 0
    case 'duration': return within(0, 20)
    case 'speakers': return within(0, 3)
  }
}

/** A sample is as good as the worst of its checks. */
export const verdictOf = ({ checks }: Pick<Sample, 'checks'>): Verdict =>
  checks.length === 0 ? 'unusable' : WORST_LAST[Math.max(...checks.map(({ verdict }) => WORST_LAST.indexOf(verdict)))]!

export const usableOf = ({ samples }: Pick<Profile, 'samples'>) => samples.filter((sample) => verdictOf(sample) !== 'unusable')
export const secondsOf = (samples: readonly Sample[]) => samples.reduce((sum, { seconds }) => sum + seconds, 0)

/** Samples of somebody else's voice that no receipt is for. */
export const unconsented = ({ own, samples, consent }: Pick<Profile, 'own' | 'samples' | 'consent'>) =>
  own ? [] : samples.filter(({ sha256 }) => !consent.some(({ sample }) => sample === sha256))
/** Whether the voice may be used. */
export const isConsented = (profile: Profile) => profile.own || (profile.samples.length > 0 && unconsented(profile).length === 0)

/** The id of the closest voice of a profile, as voices are called when they speak. */
const PROFILE = 'profile:'
export const voiceIdOf = ({ id }: Pick<Profile, 'id'>) => `${PROFILE}${id}`
/** The voice that speaks at once, with a model of its own; it is not blended. */
export const INSTANT = 'hibari'
export const profileOf = (voice: string) => (voice.startsWith(PROFILE) ? voice.slice(PROFILE.length) : null)

/** Whole percents that make 100 together, however their parts were rounded. */
export function percents(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0) || 1
  const exact = weights.map((weight) => (weight / sum) * 100)
  const whole = exact.map(Math.floor)
  const left = 100 - whole.reduce((total, each) => total + each, 0)
  const byRest = exact.map((each, index) => ({ index, rest: each - Math.floor(each) })).sort((a, b) => b.rest - a.rest)
  byRest.slice(0, left).forEach(({ index }) => { whole[index]! += 1 })
  return whole
}

export const partsOf = ({ blend }: Closest) => percents(blend.map(({ weight }) => weight)).map((percent, index) => ({ voice: blend[index]!.voice, percent }))

/** How alike two voices are, for the eye: those of two people may point away from each other, and are not alike then. */
export const percentAlike = (similarity: number) => Math.max(0, Math.round(similarity * 100))

/** Names are not empty, and not longer than what keeps them. */
export const wholeName = (text: string) => text.trim() !== '' && text.trim().length <= PROFILE_LIMITS.name
