import type { HeardLine, HeardWord } from '@/domain'

/** Below this the listener was guessing; such words are marked. */
export const UNSURE = 0.5

/** A word of a transcript: its line, and its place in it. */
export type Place = { line: number; word: number }

const wordsIn = (text: string) => text.split(/\s+/).filter(Boolean)
const textOf = (words: readonly HeardWord[]) => words.map(({ text }) => text).join(' ')
const bare = (word: string) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Lengths of the longest common run of words from each pair of places on (the classic table, filled from the end). */
function commonTable(old: readonly HeardWord[], next: readonly string[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(next.length + 1).fill(0))
  for (let at = old.length - 1; at >= 0; at--) {
    for (let to = next.length - 1; to >= 0; to--) {
      table[at]![to] = bare(old[at]!.text) === bare(next[to]!) ? table[at + 1]![to + 1]! + 1 : Math.max(table[at + 1]![to]!, table[at]![to + 1]!)
    }
  }
  return table
}

/** For each word that is written now the heard one that it was, or none. */
function matched(old: readonly HeardWord[], next: readonly string[]): (HeardWord | null)[] {
  const table = commonTable(old, next)
  const found: (HeardWord | null)[] = []
  for (let at = 0, to = 0; to < next.length;) {
    if (at < old.length && bare(old[at]!.text) === bare(next[to]!)) {
      found.push(old[at]!)
      at += 1
      to += 1
    } else if (at < old.length && table[at + 1]![to]! >= table[at]![to + 1]!) at += 1
    else {
      found.push(null)
      to += 1
    }
  }
  return found
}

/**
 * Writes another text into a line. Words that stay keep the moment at which they were heard; new ones share the time
 * between their neighbours, by their length. What a person has written is sure.
 */
export function mendLine(line: HeardLine, text: string): HeardLine {
  const next = wordsIn(text)
  const found = matched(line.words, next)
  const words: HeardWord[] = []
  for (let at = 0; at < next.length;) {
    const was = found[at]
    if (was) {
      words.push({ ...was, text: next[at]!, confidence: was.text === next[at] ? was.confidence : 1 })
      at += 1
      continue
    }
    const run = found.slice(at).findIndex(Boolean)
    const count = run < 0 ? next.length - at : run
    const from = words.at(-1)?.end ?? line.start
    const to = Math.max(from, found[at + count]?.start ?? line.end)
    words.push(...shareOut(next.slice(at, at + count), from, to))
    at += count
  }
  return { ...line, text: next.join(' '), words }
}

function shareOut(texts: readonly string[], from: number, to: number): HeardWord[] {
  const all = texts.reduce((sum, text) => sum + text.length, 0)
  let start = from
  return texts.map((text) => {
    const end = start + ((to - from) * text.length) / all
    const word = { text, start, end, confidence: 1 }
    start = end
    return word
  })
}

/** Parts a line before one of its words; the first word cannot be parted from nothing. */
export function splitLine(lines: readonly HeardLine[], { line, word }: Place): HeardLine[] {
  const whole = lines[line]
  if (!whole || word <= 0 || word >= whole.words.length) return [...lines]
  const [first, second] = [whole.words.slice(0, word), whole.words.slice(word)]
  const parts = [{ text: textOf(first), start: whole.start, end: first.at(-1)!.end, words: first }, { text: textOf(second), start: second[0]!.start, end: whole.end, words: second }]
  return lines.toSpliced(line, 1, ...parts)
}

/** Joins a line with the one after it. */
export function joinLines(lines: readonly HeardLine[], line: number): HeardLine[] {
  const [one, other] = [lines[line], lines[line + 1]]
  if (!one || !other) return [...lines]
  return lines.toSpliced(line, 2, { text: `${one.text} ${other.text}`.trim(), start: one.start, end: Math.max(one.end, other.end), words: [...one.words, ...other.words] })
}

/** Writes a line anew; an empty text takes it away. */
export function writeLine(lines: readonly HeardLine[], line: number, text: string): HeardLine[] {
  const whole = lines[line]
  if (!whole) return [...lines]
  return text.trim() === '' ? lines.toSpliced(line, 1) : lines.with(line, mendLine(whole, text))
}

/** The last of those that have begun; −1 before the first. */
function begunAt(parts: readonly { start: number }[], seconds: number): number {
  let [low, high] = [0, parts.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    if (parts[middle]!.start <= seconds) low = middle + 1
    else high = middle - 1
  }
  return high
}

/** The word that is said at a moment, or was said last in its line; none between lines. */
export function placeAt(lines: readonly HeardLine[], seconds: number): Place | null {
  const line = begunAt(lines, seconds)
  if (line < 0 || seconds > lines[line]!.end) return null
  return { line, word: Math.max(0, begunAt(lines[line]!.words, seconds)) }
}

/** Goes from a word to one beside it, over the ends of lines; `down` keeps to the same place in the next line. */
export function stepFrom(lines: readonly HeardLine[], { line, word }: Place, step: 'left' | 'right' | 'up' | 'down' | 'first' | 'last'): Place {
  const lastOf = (at: number) => Math.max(0, (lines[at]?.words.length ?? 1) - 1)
  const end = lines.length - 1
  switch (step) {
    case 'left': return word > 0 ? { line, word: word - 1 } : line > 0 ? { line: line - 1, word: lastOf(line - 1) } : { line, word }
    case 'right': return word < lastOf(line) ? { line, word: word + 1 } : line < end ? { line: line + 1, word: 0 } : { line, word }
    case 'up': return line > 0 ? { line: line - 1, word: Math.min(word, lastOf(line - 1)) } : { line, word }
    case 'down': return line < end ? { line: line + 1, word: Math.min(word, lastOf(line + 1)) } : { line, word }
    case 'first': return { line: 0, word: 0 }
    case 'last': return { line: Math.max(0, end), word: lastOf(end) }
  }
}

/** What a transcript can be told by: how much of it is unsure. */
export function countWords(lines: readonly HeardLine[]): { words: number; unsure: number } {
  let [words, unsure] = [0, 0]
  for (const line of lines) {
    words += line.words.length
    for (const { confidence } of line.words) if (confidence < UNSURE) unsure += 1
  }
  return { words, unsure }
}
