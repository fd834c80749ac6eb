import { describe, expect, it } from 'vitest'
import type { Profile, Quality, Sample, SampleCheck, Verdict, Voice } from '@/domain'
import { addPart, blendedVoice, blendId, blendOf, removePart, replacePart, weigh } from './blend'
import { adviceOf, fillOf, isConsented, percents, profileOf, unconsented, usableOf, verdictOf, voiceIdOf } from './profiles'

const check = (quality: Quality, verdict: Verdict, value: number | null): SampleCheck => ({ quality, verdict, value })
const sample = (id: string, ...verdicts: Verdict[]): Sample => ({ id, name: `${id}.wav`, seconds: 8, sha256: `hash-${id}`, cleaned: false, checks: verdicts.map((verdict) => check('level', verdict, -20)) })
const profile = (part: Partial<Profile>): Profile => ({ id: 'p', name: 'Ana', language: 'es', notes: '', own: false, samples: [], consent: [], closest: null, created_ms: 0, ...part })

describe('the advice', () => {
  it.each<[SampleCheck, string]>([
    [check('level', 'good', -18), 'level_good'], [check('level', 'poor', -41), 'level_quiet'], [check('level', 'unusable', -57), 'level_faint'], [check('level', 'poor', -6), 'level_loud'], [check('level', 'unusable', null), 'unmeasured'],
    [check('noise', 'good', 41), 'noise_good'], [check('noise', 'good', null), 'noise_unknown'], [check('noise', 'poor', 18), 'noise_some'], [check('noise', 'unusable', 4), 'noise_much'],
    [check('clipping', 'good', 0), 'clipping_good'], [check('clipping', 'poor', 0.4), 'clipping_some'], [check('clipping', 'unusable', 3), 'clipping_much'],
    [check('duration', 'good', 14), 'duration_good'], [check('duration', 'poor', 5), 'duration_short'], [check('duration', 'unusable', 0.2), 'duration_tiny'],
    [check('speakers', 'good', 1), 'speakers_good'], [check('speakers', 'poor', 2), 'speakers_maybe'], [check('speakers', 'unusable', 2), 'speakers_many'], [check('speakers', 'unusable', 0), 'speakers_nobody'],
  ])('follows from what was measured (%#)', (each, said) => expect(adviceOf(each)).toBe(said))

  it('fills its meter no further than it goes', () => {
    for (const value of [-300, -20, 0, 0.4, 12, 900]) for (const quality of ['level', 'noise', 'clipping', 'duration', 'speakers'] as const) {
      const fill = fillOf(check(quality, 'good', value))
      expect(fill >= 0 && fill <= 1, `${quality} at ${value}`).toBe(true)
    }
    expect([fillOf(check('clipping', 'good', 0)), fillOf(check('noise', 'good', null))]).toEqual([0, 1])
  })
})

describe('a profile', () => {
  it('is as good as its samples, each as good as its worst check', () => {
    expect([verdictOf(sample('a', 'good', 'good')), verdictOf(sample('a', 'poor', 'good')), verdictOf(sample('a', 'poor', 'unusable')), verdictOf(sample('a'))]).toEqual(['good', 'poor', 'unusable', 'unusable'])
    expect(usableOf(profile({ samples: [sample('a', 'good'), sample('b', 'unusable')] })).map(({ id }) => id)).toEqual(['a'])
  })

  it('of somebody else needs a receipt for each of its samples', () => {
    const consent = [{ person: 'Ana', purpose: 'a song', date: '2026-11-22', sample: 'hash-a' }]
    expect(isConsented(profile({ consent }))).toBe(false)
    expect(isConsented(profile({ consent, samples: [sample('a', 'good')] }))).toBe(true)
    const more = profile({ consent, samples: [sample('a', 'good'), sample('b', 'good')] })
    expect([isConsented(more), unconsented(more).map(({ id }) => id), isConsented({ ...more, own: true })]).toEqual([false, ['b'], true])
  })

  it('speaks under an id of its own', () => {
    expect([voiceIdOf({ id: 'x1' }), profileOf('profile:x1'), profileOf('af_heart')]).toEqual(['profile:x1', 'x1', null])
  })

  it('tells parts that make a hundred', () => {
    expect(percents([1, 1, 1])).toEqual([34, 33, 33])
    expect(percents([0.62, 0.38])).toEqual([62, 38])
  })
})

const voices: Voice[] = ['af_heart', 'af_bella', 'am_adam', 'ef_dora', 'em_alex'].map((id) => ({
  id, name: id.slice(3)[0]!.toUpperCase() + id.slice(4), gender: id[1] === 'f' ? 'female' : 'male', accent: id[0] === 'e' ? 'spanish' : 'american', language: id[0] === 'e' ? 'es' : 'en', ready: id !== 'am_adam',
}))

describe('a blend', () => {
  it('is written as an id and read back', () => {
    const parts = [{ voice: 'af_heart', weight: 0.6 }, { voice: 'af_bella', weight: 0.4 }]
    expect(blendId(parts)).toBe('af_heart*0.6+af_bella*0.4')
    expect(blendOf('af_heart*0.6+af_bella*0.4')).toEqual(parts)
    expect([blendOf('af_heart'), blendOf('profile:a+b'), blendId([{ voice: 'af_heart', weight: 1 }, { voice: 'af_bella', weight: 0 }])]).toEqual([null, null, 'af_heart'])
  })

  it('is shown as its greatest part, called after all', () => {
    expect(blendedVoice('af_heart*0.3+am_adam*0.7', voices)).toMatchObject({ name: 'Adam + Heart', gender: 'male', ready: false })
    expect([blendedVoice('af_heart+nobody_here', voices), blendedVoice('af_heart', voices)]).toEqual([null, null])
  })

  it('stays whole when a part is moved, added, taken away or replaced', () => {
    const parts = weigh([{ voice: 'af_heart', weight: 0.5 }, { voice: 'af_bella', weight: 0.5 }], 0, 0.8)
    expect(blendId(parts)).toBe('af_heart*0.8+af_bella*0.2')
    const three = addPart(parts, voices)
    expect([three.map(({ voice }) => voice), Math.round(three.reduce((sum, { weight }) => sum + weight, 0) * 100)]).toEqual([['af_heart', 'af_bella', 'am_adam'], 100])
    expect(addPart(three, voices)).toHaveLength(3)
    expect(blendId(removePart(three, 0))).toMatch(/^af_bella\*0\.\d+\+am_adam\*0\.\d+$/)
    expect(replacePart(parts, 0, voices[4]!, voices).map(({ voice }) => voice)).toEqual(['em_alex', 'ef_dora'])
    expect(replacePart(parts, 1, voices[2]!, voices).map(({ voice }) => voice)).toEqual(['af_heart', 'am_adam'])
  })
})
