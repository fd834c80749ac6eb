import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { h } from 'vue'
import type { Change, Contested, Control, Figure, Held, Language } from '@/domain'
import { i18n, setLanguage } from '@/locales'
import { CHANGE_GROUPS, groupOf, signOf, useChangeWords } from './useChangeWords'

function words(language: Language) {
  let found!: ReturnType<typeof useChangeWords>
  setLanguage(language)
  mount({ setup: () => { found = useChangeWords(); return () => h('i') } }, { global: { plugins: [i18n] } })
  return found
}

const bars = (first: number, last: number) => ({ first, last })
/** One of each kind: the type makes sure that none is forgotten. */
const CHANGES: { [Kind in Change['kind']]: Extract<Change, { kind: Kind }> } = {
  lanes_replaced: { kind: 'lanes_replaced', before: 'a', after: 'b', title: 'Noche' }, take_added: { kind: 'take_added', take: 'a', title: 'Noche' }, take_removed: { kind: 'take_removed', take: 'a', title: 'Noche' },
  tempo: { kind: 'tempo', before: 96, after: 100.5 }, key: { kind: 'key', before: { tonic: 9, mode: 'minor' }, after: { tonic: 0, mode: 'major' } }, meter: { kind: 'meter', before: { beats: 4, unit: 4 }, after: { beats: 6, unit: 8 } },
  section_added: { kind: 'section_added', section: 's', section_kind: 'bridge', bars: bars(5, 8) }, section_removed: { kind: 'section_removed', section: 's', section_kind: 'chorus', bars: bars(9, 9) },
  section_moved: { kind: 'section_moved', section: 's', section_kind: 'chorus', before: bars(5, 8), after: bars(9, 12) }, section_resized: { kind: 'section_resized', section: 's', section_kind: 'verse', before: bars(1, 8), after: bars(1, 12) },
  section_renamed: { kind: 'section_renamed', section: 's', before: 'verse', after: 'bridge' }, section_energy: { kind: 'section_energy', section: 's', section_kind: 'verse', before: 0.5, after: 0.75 },
  track_added: { kind: 'track_added', track: 't', name: '808', role: 'bass', notes: 64 }, track_removed: { kind: 'track_removed', track: 't', name: 'Bell', role: 'lead', notes: 1 }, track_moved: { kind: 'track_moved', track: 't', name: 'Bell', before: 3, after: 1 },
  track_renamed: { kind: 'track_renamed', track: 't', before: 'Bell', after: 'Glass' }, track_sound: { kind: 'track_sound', track: 't', name: 'Bell', before: { kind: 'synth', patch: 'fm_bell' }, after: { kind: 'sound_font', bank: 0, program: 27 } },
  clip_added: { kind: 'clip_added', track: 't', name: 'Bell', section: 's', section_kind: 'chorus', notes: 12 }, clip_removed: { kind: 'clip_removed', track: 't', name: 'Bell', section: 's', section_kind: 'chorus', notes: 12 },
  notes: { kind: 'notes', track: 't', name: '808', added: 12, removed: 1, changed: 0, before: [], after: [bars(5, 8)] }, chords: { kind: 'chords', added: 0, removed: 0, changed: 3, before: [bars(1, 2)], after: [bars(1, 2), bars(5, 5)] },
  lyrics: { kind: 'lyrics', added: 1, removed: 4 }, mixer: { kind: 'mixer', track: 't', name: '808', control: 'fader', before: { unit: 'db', value: 0 }, after: { unit: 'db', value: -3 } },
  project_renamed: { kind: 'project_renamed', before: 'A', after: 'B' }, take_renamed: { kind: 'take_renamed', take: 'a', before: 'A', after: 'B' }, take_starred: { kind: 'take_starred', take: 'a', title: 'Noche', before: false, after: true },
}
const CONTESTED: { [Kind in Contested['kind']]: Extract<Contested, { kind: Kind }> } = {
  project_name: { kind: 'project_name' }, lyrics: { kind: 'lyrics', line: 5 }, take: { kind: 'take', take: 'a' }, take_title: { kind: 'take_title', take: 'a' }, lanes: { kind: 'lanes' }, tempo: { kind: 'tempo' }, key: { kind: 'key' }, meter: { kind: 'meter' },
  chord: { kind: 'chord' }, section: { kind: 'section', section: 's' }, section_place: { kind: 'section_place', section: 's' }, section_shape: { kind: 'section_shape', section: 's' }, track: { kind: 'track', track: 't' }, track_place: { kind: 'track_place', track: 't' },
  track_name: { kind: 'track_name', track: 't' }, track_sound: { kind: 'track_sound', track: 't' }, notes: { kind: 'notes', track: 't', section: 's' }, mixer: { kind: 'mixer', track: 't', control: 'reverb' }, setting: { kind: 'setting' },
}
const HELD: { [Kind in Held['kind']]: Extract<Held, { kind: Kind }> } = {
  nothing: { kind: 'nothing' }, text: { kind: 'text', text: 'Sube la noche' }, figure: { kind: 'figure', figure: { unit: 'pan', value: -0.3 } }, tempo: { kind: 'tempo', bpm: 94 }, key: { kind: 'key', key: { tonic: 9, mode: 'minor' } }, meter: { kind: 'meter', meter: { beats: 6, unit: 8 } },
  place: { kind: 'place', place: 3 }, notes: { kind: 'notes', notes: [{ start: 0, length: 1, pitch: 60, velocity: 90 }] }, chord: { kind: 'chord', symbol: 'Am7' }, section: { kind: 'section', section_kind: 'bridge' }, track: { kind: 'track', name: 'Bell', notes: 64 }, take: { kind: 'take', title: 'Noche' },
  other: { kind: 'other', json: '0.75' },
}
const FIGURES: Figure[] = [{ unit: 'db', value: -14 }, { unit: 'pan', value: 0 }, { unit: 'pan', value: 0.5 }, { unit: 'hertz', value: 120 }, { unit: 'hertz', value: 1200 }, { unit: 'seconds', value: 1.8 }, { unit: 'amount', value: 0.45 }, { unit: 'switch', value: true }, { unit: 'off' }, { unit: 'several', value: 3 }]
const CONTROLS: Control[] = ['fader', 'pan', 'mute', 'solo', 'level', 'balance', 'width', 'high_pass', 'low_pass', 'equaliser', 'compressor', 'drive', 'reverb', 'delay', 'ducking', 'reverb_time', 'delay_time', 'delay_feedback', 'low_shelf', 'high_shelf']

/** A text that is missing shows as its key, a word that is missing as its braces. */
const LOST = /[a-z_]+\.[a-z_]+|\{|\}|undefined|NaN/

describe.each(['en', 'es'] as const)('the words in %s', (language) => {
  it('name every kind of change', () => {
    const { change } = words(language)
    for (const each of Object.values(CHANGES)) {
      expect(change(each), each.kind).not.toMatch(LOST)
      expect(change(each).length, each.kind).toBeGreaterThan(3)
    }
    const both = [CHANGES.take_starred, { ...CHANGES.take_starred, after: false }, { ...CHANGES.lanes_replaced, after: null }, { ...CHANGES.mixer, track: null, name: '', control: 'reverb_time' as const }]
    for (const each of both) expect(change(each)).not.toMatch(LOST)
  })

  it('name every control with every figure', () => {
    const { change, figure } = words(language)
    for (const control of CONTROLS) for (const value of FIGURES) expect(change({ ...CHANGES.mixer, control, before: value, after: value }), control).not.toMatch(LOST)
    expect(figure({ unit: 'amount', value: 0.75 }, 'delay_time')).toContain('♩')
  })

  it('name everything that two branches can contest, and what each side holds', () => {
    const { contested, held } = words(language)
    for (const each of Object.values(CONTESTED)) for (const subject of ['808', '']) expect(contested(each, subject), each.kind).not.toMatch(LOST)
    for (const each of Object.values(HELD)) expect(held(each), each.kind).not.toMatch(LOST)
    expect(held({ kind: 'other', json: '{"kind":"synth","patch":"sub808"}' })).toBe('808')
    expect(held({ kind: 'other', json: 'broken {' })).toBe('broken {')
    expect(held({ kind: 'text', text: '' })).not.toBe('')
  })

  it('name every instrument family', () => {
    const { instrument } = words(language)
    for (let program = 0; program < 128; program++) expect(instrument({ kind: 'sound_font', bank: 0, program })).not.toMatch(LOST)
    expect(instrument({ kind: 'sound_font', bank: 128, program: 0 })).not.toMatch(LOST)
    for (const kit of ['dembow', 'trap', 'house', 'synthwave', 'lofi', 'pop'] as const) expect(instrument({ kind: 'kit', kit })).not.toMatch(LOST)
  })
})

describe('a change', () => {
  it('is told as a musician would', () => {
    const { change } = words('en')
    expect(change(CHANGES.tempo)).toBe('Tempo 96 → 100.5 BPM')
    expect(change(CHANGES.notes)).toBe('808: 12 notes added, 1 note removed · bars 5–8')
    expect(change(CHANGES.chords)).toBe('Chords: 3 chords changed · bars 1–2, 5')
    expect(change(CHANGES.section_removed)).toBe('Chorus removed, bar 9')
    expect(change(CHANGES.section_resized)).toBe('Verse: 8 bars → 12 bars')
    expect(change(CHANGES.mixer)).toBe('808: fader 0.0 dB → −3.0 dB')
    expect(change(CHANGES.clip_added)).toBe('Bell now plays in the chorus, 12 notes')
    expect(change(CHANGES.track_sound)).toBe('Bell: Bell → Guitar (GM 28)')
  })

  it('is told in Spanish too', () => {
    const { change } = words('es')
    expect(change(CHANGES.notes)).toBe('808: 12 notas nuevas, 1 nota quitada · compases 5–8')
    expect(change(CHANGES.section_removed)).toBe('Sección quitada: Coro, compás 9')
    expect(change(CHANGES.lyrics)).toBe('Letra: 1 palabra nueva, 4 palabras quitadas')
    expect(change(CHANGES.clip_added)).toBe('Campana suena ahora en el coro, 12 notas')
    expect(change(CHANGES.key)).toBe('Tono La menor → Do mayor')
  })

  it('has a heading and a sign that is no colour', () => {
    for (const each of Object.values(CHANGES)) expect(CHANGE_GROUPS, each.kind).toContain(groupOf(each))
    expect([CHANGES.track_added, CHANGES.clip_removed, CHANGES.tempo, { ...CHANGES.lanes_replaced, before: null }].map(signOf)).toEqual(['+', '−', '~', '+'])
  })
})

describe('what a version is about', () => {
  it('is its message, or else what changed in it, or else why it was kept', () => {
    const { about } = words('en')
    expect(about({ message: 'Radio mix', foremost: [], occasion: 'named', changes: 0 })).toBe('Radio mix')
    expect(about({ message: '', foremost: [CHANGES.tempo], occasion: 'pause', changes: 3 })).toBe('Tempo 96 → 100.5 BPM · and 2 more')
    expect(about({ message: '', foremost: [], occasion: 'outside', changes: null })).toBe('Changed by another program')
  })
})

describe('what can be taken from a version by itself', () => {
  it('is each part once, and nothing that the version did not have', () => {
    const { parts } = words('en')
    const found = parts([CHANGES.track_added, CHANGES.section_added, CHANGES.take_added, CHANGES.notes, { ...CHANGES.notes, added: 1 }, CHANGES.lyrics, CHANGES.mixer, CHANGES.tempo])
    expect(found.map(({ part }) => part)).toEqual([{ kind: 'track', track: 't' }, { kind: 'lyrics' }, { kind: 'mixer' }, { kind: 'strip', track: 't' }, { kind: 'tempo' }])
    for (const { words: text } of found) expect(text).not.toMatch(LOST)
  })
})
