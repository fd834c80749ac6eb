import { describe, expect, it } from 'vitest'
import type { HeardLine } from '@/domain'
import { countWords, joinLines, mendLine, placeAt, splitLine, stepFrom, writeLine } from './transcript'

/** A line whose words take half a second each. */
function line(text: string, start: number, confidence = 0.9): HeardLine {
  const words = text.split(' ').map((word, at) => ({ text: word, start: start + at * 0.5, end: start + at * 0.5 + 0.4, confidence }))
  return { text, start, end: words.at(-1)!.end, words }
}
const lines = () => [line('la noche sube', 0), line('por la azotea', 2), line('y nadie baja', 5)]

describe('a line that is mended', () => {
  it('keeps the moments of the words that stay', () => {
    const before = line('la noche suve hoy', 10, 0.4)
    const after = mendLine(before, 'La noche sube hoy.')
    expect(after.text).toBe('La noche sube hoy.')
    expect(after.words.map(({ text }) => text)).toEqual(['La', 'noche', 'sube', 'hoy.'])
    expect([after.words[1]!.start, after.words[3]!.start]).toEqual([10.5, 11.5])
  })

  it('gives new words the time between their neighbours, by their length', () => {
    const after = mendLine(line('uno cuatro', 0), 'uno dos tres cuatro')
    const [one, two, three, four] = after.words
    expect([one!.end, four!.start]).toEqual([0.4, 0.5])
    expect(two!.start).toBe(0.4)
    expect(three!.end).toBeCloseTo(0.5)
    expect(two!.end).toBeCloseTo(three!.start)
    expect(after.words.every((word, at) => at === 0 || word.start >= after.words[at - 1]!.start)).toBe(true)
  })

  it('is sure of what a person wrote, and no surer of the rest', () => {
    const after = mendLine(line('hola mundo', 0, 0.3), 'hola mundos')
    expect(after.words.map(({ confidence }) => confidence)).toEqual([0.3, 1])
  })

  it('gets words also where only its text was known', () => {
    const after = mendLine({ text: 'one two', start: 1, end: 3, words: [] }, 'one two')
    expect(after.words).toHaveLength(2)
    expect([after.words[0]!.start, after.words[1]!.end]).toEqual([1, 3])
  })

  it('goes when nothing is left of it', () => {
    expect(writeLine(lines(), 1, '  ')).toHaveLength(2)
    expect(writeLine(lines(), 1, 'por aquí')[1]!.text).toBe('por aquí')
  })
})

describe('lines', () => {
  it('are split before a word, and joined again as they were', () => {
    const parted = splitLine(lines(), { line: 1, word: 2 })
    expect(parted.map(({ text }) => text)).toEqual(['la noche sube', 'por la', 'azotea', 'y nadie baja'])
    expect([parted[1]!.end, parted[2]!.start]).toEqual([2.9, 3])
    expect(joinLines(parted, 1)).toEqual(lines())
  })

  it('are not split from nothing, nor joined with nothing', () => {
    expect(splitLine(lines(), { line: 0, word: 0 })).toEqual(lines())
    expect(splitLine(lines(), { line: 0, word: 3 })).toEqual(lines())
    expect(joinLines(lines(), 2)).toEqual(lines())
  })
})

describe('a place in a transcript', () => {
  it('is the word that is heard, and none between lines', () => {
    expect(placeAt(lines(), 0.6)).toEqual({ line: 0, word: 1 })
    expect(placeAt(lines(), 0.45)).toEqual({ line: 0, word: 0 })
    expect(placeAt(lines(), 1.8)).toBeNull()
    expect(placeAt(lines(), 5)).toEqual({ line: 2, word: 0 })
    expect(placeAt([], 1)).toBeNull()
  })

  it('is walked over the ends of lines', () => {
    const all = lines()
    expect(stepFrom(all, { line: 0, word: 2 }, 'right')).toEqual({ line: 1, word: 0 })
    expect(stepFrom(all, { line: 1, word: 0 }, 'left')).toEqual({ line: 0, word: 2 })
    expect(stepFrom(all, { line: 0, word: 0 }, 'left')).toEqual({ line: 0, word: 0 })
    expect(stepFrom(all, { line: 2, word: 1 }, 'down')).toEqual({ line: 2, word: 1 })
    expect(stepFrom(all, { line: 1, word: 1 }, 'up')).toEqual({ line: 0, word: 1 })
    expect(stepFrom(all, { line: 1, word: 1 }, 'last')).toEqual({ line: 2, word: 2 })
  })
})

it('counts words, and those that are unsure', () => {
  expect(countWords([line('uno dos', 0), line('tres', 2, 0.2)])).toEqual({ words: 3, unsure: 1 })
})
