import { describe, expect, it } from 'vitest'
import type { Voice } from '@/domain'
import { charactersIn, passes, phraseAt, readingTime, sampleOf, tooLong, toStep, twiceIn, wholeEntries } from './speech'

const voice = (part: Partial<Voice> = {}): Voice => ({ id: 'ef_dora', name: 'Dora', gender: 'female', accent: 'spanish', language: 'es', ready: true, ...part })

describe('a text that is to be spoken', () => {
  it('is counted in characters and not in what they take in memory', () => {
    expect(charactersIn('año')).toBe(3)
    expect(charactersIn('🎤 on')).toBe(4)
    expect(charactersIn('')).toBe(0)
  })

  it('is too long only beyond fifty thousand', () => {
    expect(tooLong(charactersIn('a'.repeat(50_000)))).toBe(false)
    expect(tooLong(charactersIn('a'.repeat(50_001)))).toBe(true)
  })

  it('takes less time when it is read faster, and more with longer pauses', () => {
    const usual = readingTime(1450, 1, 1)
    expect(usual).toBeCloseTo(100)
    expect(readingTime(1450, 2, 1)).toBeLessThan(usual * 0.6)
    expect(readingTime(1450, 1, 3)).toBeGreaterThan(usual)
    expect(readingTime(0, 1, 1)).toBe(0)
  })
})

describe('voices', () => {
  it('introduce themselves in their own language', () => {
    expect(sampleOf(voice())).toMatch(/^Hola, soy Dora\./)
    expect(sampleOf(voice({ name: 'Heart', language: 'en' }))).toMatch(/^Hello, I am Heart\./)
  })

  it('are found by name, language and gender, whatever the accents on the letters', () => {
    const all = { text: '', language: null, gender: null }
    expect(passes(voice(), all)).toBe(true)
    expect(passes(voice({ name: 'Sofía' }), { ...all, text: 'sofi' })).toBe(true)
    expect(passes(voice(), { ...all, text: 'alex' })).toBe(false)
    expect(passes(voice(), { ...all, language: 'en' })).toBe(false)
    expect(passes(voice(), { ...all, gender: 'male' })).toBe(false)
  })
})

describe('a dictionary', () => {
  it('sends only rows that are whole', () => {
    expect(wholeEntries([{ word: ' Son1k ', says: 'sonik' }, { word: 'LUFS', says: ' ' }, { word: '', says: '' }])).toEqual([{ word: 'Son1k', says: 'sonik' }])
  })

  it('notices a word that is there twice, in capitals or not', () => {
    expect([...twiceIn([{ word: 'Dm', says: 'a' }, { word: 'dm ', says: 'b' }, { word: '', says: '' }, { word: '', says: '' }])]).toEqual([1])
  })
})

describe('phrases', () => {
  const phrases = [{ start: 0.5, end: 2 }, { start: 2.4, end: 4 }, { start: 4.1, end: 6 }]

  it('are lit while they are said, and through the pause behind them', () => {
    expect([0, 0.5, 1, 2.2, 2.4, 5.9].map((at) => phraseAt(phrases, at))).toEqual([-1, 0, 0, 0, 1, 2])
  })

  it('go out once all is said', () => {
    expect(phraseAt(phrases, 6.5)).toBe(-1)
    expect(phraseAt([], 1)).toBe(-1)
  })
})

it('a slider leaves no dust of binary fractions', () => {
  expect(toStep(0.15000000000000002, 0.05)).toBe(0.15)
  expect(toStep(0.1 + 0.2, 0.05)).toBe(0.3)
})
