import { describe, expect, it } from 'vitest'
import type { Loudness } from '@/domain'
import { albumLoudness, depthsOf, foresee } from './mastering'

const loudness = (integrated: number | null, true_peak: number | null, duration = 100): Loudness =>
  ({ integrated, true_peak, duration, range: null, max_momentary: null, max_short_term: null, sample_peak: null })
const streaming = { loudness: -14, ceiling: -1 }

describe('what mastering would do', () => {
  it('is a gain, and the limiter where the peak would pass the ceiling', () => {
    expect(foresee(loudness(-19.3, -4), streaming)).toEqual({ gain: expect.closeTo(5.3), limiter: expect.closeTo(2.3) })
    expect(foresee(loudness(-8.7, -0.2), streaming)).toEqual({ gain: expect.closeTo(-5.3), limiter: 0 })
  })

  it('is not known for what was not measured or is silent', () => {
    expect(foresee(null, streaming)).toBeNull()
    expect(foresee(loudness(null, null), streaming)).toBeNull()
  })

  it('is one gain for an album', () => {
    const files = [loudness(-10, -1), loudness(-20, -9), loudness(null, null), null]
    const whole = albumLoudness(files)!
    expect(whole).toBeCloseTo(-12.6, 1)
    expect(foresee(files[0]!, streaming, whole)!.gain).toBe(foresee(files[1]!, streaming, whole)!.gain)
    expect(albumLoudness([null])).toBeNull()
  })

  it('never writes floating point into FLAC', () => {
    expect(depthsOf('flac')).not.toContain('float32')
    expect(depthsOf('wav')).toContain('float32')
  })
})
