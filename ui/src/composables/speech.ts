import { SPEECH_LIMITS, type Gender, type Language, type Pronunciation, type SpokenPhrase, type Voice } from '@/domain'

/** Characters a second of the voices at their own pace, spaces and pauses between sentences included. */
const PACE = 14.5
/** What of that time is silence between phrases, at the natural factor. */
const SILENCE = 0.12
/** What a voice says when nothing else is there to be read; always in its own language. */
const SAMPLES: Record<Language, (name: string) => string> = {
  en: (name) => `Hello, I am ${name}. This is how your words sound when I read them.`,
  es: (name) => `Hola, soy ${name}. Así suenan tus palabras cuando las leo yo.`,
}
export const sampleOf = ({ name, language }: Pick<Voice, 'name' | 'language'>) => SAMPLES[language](name)

/** Counts as the studio does: a flag or an accent on its own is what it is in Unicode, not what it takes in memory. */
export function charactersIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count += 1
  return count
}

/** How long a text takes to be read, in seconds: an estimate. */
export function readingTime(characters: number, speed: number, pauses: number): number {
  const seconds = characters / PACE
  return (seconds * (1 - SILENCE)) / speed + seconds * SILENCE * pauses
}

export type VoiceFilter = { text: string; language: Language | null; gender: Gender | null }
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

export const passes = (voice: Voice, filter: VoiceFilter) =>
  (filter.language === null || voice.language === filter.language) && (filter.gender === null || voice.gender === filter.gender) && plain(voice.name).includes(plain(filter.text.trim()))

/** What is whole of a dictionary: rows without a word or without its sound are still being written. */
export const wholeEntries = (dictionary: readonly Pronunciation[]): Pronunciation[] =>
  dictionary.map(({ word, says }) => ({ word: word.trim(), says: says.trim() })).filter(({ word, says }) => word !== '' && says !== '')

/** Words that stand in a dictionary more than once: only the first would be followed. */
export function twiceIn(dictionary: readonly Pronunciation[]): Set<number> {
  const seen = new Set<string>()
  const twice = new Set<number>()
  dictionary.forEach(({ word }, index) => {
    const key = word.trim().toLowerCase()
    if (key !== '' && seen.has(key)) twice.add(index)
    seen.add(key)
  })
  return twice
}

/** The phrase that is said at a moment; −1 in the silence before the first and once all is said. */
export function phraseAt(phrases: readonly Pick<SpokenPhrase, 'start' | 'end'>[], seconds: number): number {
  let [low, high] = [0, phrases.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    if (phrases[middle]!.start <= seconds) low = middle + 1
    else high = middle - 1
  }
  // A pause belongs to the phrase before it, but for the last one.
  return high === phrases.length - 1 && high >= 0 && seconds > phrases[high]!.end ? -1 : high
}

/** Holds a value to its steps, without the dust of binary fractions. */
export const toStep = (value: number, step: number) => Math.round(Math.round(value / step) * step * 1000) / 1000

export const tooLong = (characters: number) => characters > SPEECH_LIMITS.characters
