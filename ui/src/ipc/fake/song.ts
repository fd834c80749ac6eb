import type { ChordSpan, Mode, Note, Request, Role, Score, Section, SectionKind, Track } from '@/domain'
import { TICKS_PER_QUARTER } from '@/domain'

const SCALES: Record<Mode, number[]> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
}
const NAMES = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B']
const FORM: [SectionKind, number, number][] = [
  ['intro', 4, 0.3], ['verse', 8, 0.5], ['pre_chorus', 4, 0.65], ['chorus', 8, 0.95], ['verse', 8, 0.55],
  ['chorus', 8, 1], ['bridge', 8, 0.45], ['chorus', 8, 1], ['outro', 4, 0.25],
]
const PROGRESSION = [0, 5, 2, 6]

/** A small reproducible generator (mulberry32). */
export function randomFrom(seed: number) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

type Plan = { bpm: number; meter: { beats: number; unit: number }; key: { tonic: number; mode: Mode }; style: string; title: string; duration: number }

function sectionsOf(bar: number, bars: number): Section[] {
  const total = FORM.reduce((sum, [, length]) => sum + length, 0)
  const sections: Section[] = []
  let at = 0
  FORM.forEach(([kind, length, energy], index) => {
    const last = index === FORM.length - 1
    const size = last ? bars - at : Math.max(2, Math.round((length * bars) / total / 2) * 2)
    if (size <= 0) return
    sections.push({ id: `${kind}-${index}`, kind, start: at * bar, length: size * bar, energy })
    at += size
  })
  return sections
}

function chordsOf(plan: Plan, bar: number, bars: number): ChordSpan[] {
  const scale = SCALES[plan.key.mode]
  return Array.from({ length: bars }, (_, index) => {
    const degree = PROGRESSION[index % 4]!
    const tones = [0, 2, 4, 6].map((step) => (plan.key.tonic + scale[(degree + step) % 7]!) % 12)
    const minor = (tones[1]! - tones[0]! + 12) % 12 === 3
    return {
      start: index * bar, length: bar, tones, bass: tones[0]!, numeral: `${degree + 1}`,
      symbol: `${NAMES[tones[0]!]}${minor ? 'm' : ''}${index % 8 === 7 ? '7' : ''}`,
    }
  })
}

type Writer = (section: Section, chord: ChordSpan, random: () => number, bar: number) => Note[]
const note = (start: number, length: number, pitch: number, velocity: number): Note => ({ start: Math.round(start), length: Math.round(length), pitch, velocity })

const WRITERS: [string, string, Role, number, Writer][] = [
  ['drums', 'Dembow kit', 'drums', 0.4, (_s, chord, random, bar) => {
    const step = bar / 16
    const hits: Note[] = []
    for (let i = 0; i < 16; i++) {
      if (i % 4 === 0) hits.push(note(chord.start + i * step, step / 2, 36, 112))
      if (i % 8 === 3 || i % 8 === 6) hits.push(note(chord.start + i * step, step / 2, 38, 96))
      if (random() > 0.25) hits.push(note(chord.start + i * step, step / 3, 42, 52 + random() * 30))
    }
    return hits
  }],
  ['bass', 'Sub bass', 'bass', 0.4, (_s, chord, _r, bar) =>
    [0, 3, 6, 8, 11, 14].map((step) => note(chord.start + (step * bar) / 16, bar / 8, 36 + chord.bass, 96))],
  ['chords', 'Electric piano', 'chords', 0, (_s, chord, _r, bar) =>
    [0, 6].flatMap((step) => chord.tones.slice(0, 3).map((tone) => note(chord.start + (step * bar) / 16, bar / 3, 60 + tone, 74)))],
  ['pad', 'Warm pad', 'pad', 0.6, (_s, chord) => chord.tones.map((tone) => note(chord.start, chord.length, 60 + tone, 58))],
  ['arpeggio', 'Pluck', 'arpeggio', 0.6, (_s, chord, _r, bar) =>
    Array.from({ length: 16 }, (_, i) => note(chord.start + (i * bar) / 16, bar / 20, 72 + chord.tones[i % chord.tones.length]!, 60 + (i % 4) * 6))],
  ['lead', 'Saw lead', 'lead', 0.5, (_s, chord, random, bar) =>
    [0, 4, 6, 8, 10, 12].filter(() => random() > 0.3).map((step) => note(chord.start + (step * bar) / 16, bar / 9, 72 + chord.tones[Math.floor(random() * 4)]!, 92))],
  ['texture', 'Riser', 'texture', 0.9, (section, chord, _r, bar) =>
    chord.start === section.start ? [note(section.start, bar * 2, 60, 70)] : []],
]

/** Writes a plausible piece, so that lanes and meters have something to show. */
export function compose(plan: Plan, seed: number): Score {
  const random = randomFrom(seed)
  const bar = (plan.meter.beats * 4 * TICKS_PER_QUARTER) / plan.meter.unit
  const barSeconds = (bar * 60) / (TICKS_PER_QUARTER * plan.bpm)
  const bars = Math.max(4, Math.round(plan.duration / barSeconds / 2) * 2)
  const sections = sectionsOf(bar, bars)
  const chords = chordsOf(plan, bar, bars)
  const tracks: Track[] = WRITERS.map(([id, name, role, from, write]) => ({
    id, name, role, sound: { kind: 'sound_font', bank: 0, program: 0 },
    channel: { level: 0, pan: 0, width: 1, high_pass: null, low_pass: null, eq: [], compressor: null, drive: 0, reverb: null, delay: null, duck: null },
    notes: sections.filter((section) => section.energy >= from).flatMap((section) =>
      chords.filter((chord) => chord.start >= section.start && chord.start < section.start + section.length)
        .flatMap((chord) => write(section, chord, random, bar))),
  }))
  return {
    title: plan.title, style: plan.style, seed, bpm: plan.bpm, meter: plan.meter, key: plan.key, length: bars * bar, sections, chords, tracks,
    mix: { reverb_time: 1.8, delay_quarters: 0.75, delay_feedback: 0.3, low_shelf: 0, high_shelf: 0 },
  }
}

export const blankRequest = (): Request => ({
  prompt: '', lyrics: '', style: null, bpm: null, key: null, meter: null, duration: null, seed: null, variations: 1,
  instruments: [], without: [], moods: [],
})
