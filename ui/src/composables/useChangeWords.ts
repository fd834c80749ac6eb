import { useI18n } from 'vue-i18n'
import type { Bars, Change, Contested, Control, Figure, Held, Meter, Part, Sound, Version } from '@/domain'
import { useWording } from './useWording'

/** Under which headings changes are told, in this order. */
export const CHANGE_GROUPS = ['song', 'sections', 'tracks', 'notes', 'mixer', 'lyrics'] as const
export type ChangeGroup = (typeof CHANGE_GROUPS)[number]

const GROUP_OF: Record<Change['kind'], ChangeGroup> = {
  lanes_replaced: 'song', take_added: 'song', take_removed: 'song', take_renamed: 'song', take_starred: 'song', tempo: 'song', key: 'song', meter: 'song', project_renamed: 'song',
  section_added: 'sections', section_removed: 'sections', section_moved: 'sections', section_resized: 'sections', section_renamed: 'sections', section_energy: 'sections',
  track_added: 'tracks', track_removed: 'tracks', track_moved: 'tracks', track_renamed: 'tracks', track_sound: 'tracks',
  clip_added: 'notes', clip_removed: 'notes', notes: 'notes', chords: 'notes', mixer: 'mixer', lyrics: 'lyrics',
}
export const groupOf = (change: Change) => GROUP_OF[change.kind]

/** Whether something came, went, or is another now: a sign beside the words, so that no colour has to be seen. */
export function signOf(change: Change): '+' | '−' | '~' {
  if (change.kind === 'lanes_replaced') return change.before === null ? '+' : change.after === null ? '−' : '~'
  return /_added$/.test(change.kind) ? '+' : /_removed$/.test(change.kind) ? '−' : '~'
}

const BARS_SHOWN = 4
const FAMILY = 8
const DRUM_BANK = 128
/** What the texts call the patches and the kits of the studio. */
const PATCHES: Record<string, string> = { sub808: '808', fm_bell: 'bell', fm_keys: 'fm_piano' }
const KITS: Record<string, string> = { lofi: 'lo_fi_kit' }
export type PartChoice = { key: string; part: Part; words: string }

/** What changes, conflicts and what their sides hold are called, in the words of music. */
export function useChangeWords() {
  const { t } = useI18n()
  const { keyName, number, signed, tempo, soundName, named } = useWording()

  const percent = (value: number) => `${number(value * 100, 0)} %`
  const meter = ({ beats, unit }: Meter) => `${beats}/${unit}`
  const section = (kind: string) => t(`sections.${kind}`)
  const lower = (text: string) => text.charAt(0).toLocaleLowerCase() + text.slice(1)
  const barCount = ({ first, last }: Bars) => t('bars.count', { count: last - first + 1 })

  /** `bar 5`, `bars 5–8`, `bars 1–4, 9`. */
  function bars(spans: Bars[]): string {
    const shown = spans.slice(0, BARS_SHOWN).map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join(', ')
    const [only] = spans
    if (!only) return ''
    const single = spans.length === 1 && only.first === only.last
    return t(single ? 'bars.one' : 'bars.several', { list: spans.length > BARS_SHOWN ? `${shown}…` : shown })
  }

  function pan(value: number) {
    const side = Math.round(Math.abs(value) * 100)
    return side === 0 ? lower(t('mixer.centre')) : t(value < 0 ? 'mixer.left' : 'mixer.right', { percent: side })
  }

  function figure(value: Figure, control?: Control): string {
    switch (value.unit) {
      case 'db': return `${signed(value.value)} dB`
      case 'pan': return pan(value.value)
      case 'hertz': return value.value >= 1000 ? `${number(value.value / 1000)} kHz` : `${number(value.value, 0)} Hz`
      case 'seconds': return `${number(value.value, 1)} s`
      case 'amount': return control === 'delay_time' ? `${number(value.value, 2)} ♩` : percent(value.value)
      case 'switch': return t(value.value ? 'figures.on' : 'figures.off')
      case 'off': return t('figures.off')
      case 'several': return t('figures.several', { count: value.value })
    }
  }

  function instrument(sound: Sound): string {
    if (sound.kind === 'synth') return named('sounds', PATCHES[sound.patch] ?? sound.patch)
    if (sound.kind === 'kit') return named('sounds', KITS[sound.kit] ?? `${sound.kit}_kit`)
    if (sound.kind === 'recording') return t('figures.recording')
    if (sound.bank === DRUM_BANK) return t('instrument_families.drums', { number: sound.program + 1 })
    return t(`instrument_families.${Math.floor(sound.program / FAMILY) % 16}`, { number: sound.program + 1 })
  }

  const tally = (counts: { added: number; removed: number; changed?: number }, what: 'notes' | 'chords' | 'words') =>
    (['added', 'removed', 'changed'] as const).filter((each) => (counts[each] ?? 0) > 0).map((each) => t(`tally.${what}.${each}`, { count: counts[each]! })).join(', ')

  function placed(text: string, before: Bars[], after: Bars[]) {
    const where = bars(after.length > 0 ? after : before)
    return where ? `${text} · ${where}` : text
  }

  /** One change in a sentence without a full stop. */
  function change(each: Change): string {
    switch (each.kind) {
      case 'lanes_replaced': return each.after === null ? t('changes.lanes_emptied') : t('changes.lanes_replaced', { title: each.title })
      case 'take_added': case 'take_removed': return t(`changes.${each.kind}`, { title: each.title })
      case 'take_starred': return t(each.after ? 'changes.take_starred' : 'changes.take_unstarred', { title: each.title })
      case 'tempo': return t('changes.tempo', { before: number(each.before, each.before % 1 ? 1 : 0), after: tempo(each.after) })
      case 'key': return t('changes.key', { before: keyName(each.before), after: keyName(each.after) })
      case 'meter': return t('changes.meter', { before: meter(each.before), after: meter(each.after) })
      case 'section_added': case 'section_removed': return t(`changes.${each.kind}`, { section: section(each.section_kind), bars: bars([each.bars]) })
      case 'section_moved': return t('changes.section_moved', { section: section(each.section_kind), before: bars([each.before]), after: bars([each.after]) })
      case 'section_resized': return t('changes.section_resized', { section: section(each.section_kind), before: barCount(each.before), after: barCount(each.after) })
      case 'section_renamed': return t('changes.section_renamed', { before: section(each.before), after: section(each.after) })
      case 'section_energy': return t('changes.section_energy', { section: section(each.section_kind), before: percent(each.before), after: percent(each.after) })
      case 'track_added': case 'track_removed': return t(`changes.${each.kind}`, { name: soundName(each.name), notes: t('bars.notes', { count: each.notes }) })
      case 'track_moved': return t('changes.track_moved', { name: soundName(each.name), before: each.before, after: each.after })
      case 'track_renamed': return t('changes.track_renamed', { before: soundName(each.before), after: soundName(each.after) })
      case 'track_sound': return t('changes.track_sound', { name: soundName(each.name), before: instrument(each.before), after: instrument(each.after) })
      case 'clip_added': case 'clip_removed': return t(`changes.${each.kind}`, { name: soundName(each.name), section: t(`in_sections.${each.section_kind}`), notes: t('bars.notes', { count: each.notes }) })
      case 'notes': return placed(t('changes.notes', { name: soundName(each.name), tally: tally(each, 'notes') }), each.before, each.after)
      case 'chords': return placed(t('changes.chords', { tally: tally(each, 'chords') }), each.before, each.after)
      case 'lyrics': return t('changes.lyrics', { tally: tally(each, 'words') })
      case 'mixer': {
        const told = { name: soundName(each.name), control: t(`controls.${each.control}`), before: figure(each.before, each.control), after: figure(each.after, each.control) }
        return each.name === '' ? t('changes.mixer_master', { ...told, control: capital(told.control) }) : t('changes.mixer', told)
      }
      case 'project_renamed': return t('changes.project_renamed', { after: each.after })
      case 'take_renamed': return t('changes.take_renamed', { before: each.before, after: each.after })
    }
  }

  const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1)

  /** What a version is about: its message, or what changed in it. */
  function about(version: Pick<Version, 'message' | 'foremost' | 'occasion' | 'changes'>): string {
    if (version.message) return version.message
    if (version.foremost.length === 0) return t(`occasions.${version.occasion}`)
    return foremost(version)
  }
  function foremost(version: Pick<Version, 'foremost' | 'changes'>): string {
    const more = (version.changes ?? 0) - version.foremost.length
    const told = version.foremost.map(change).join(' · ')
    return more > 0 ? `${told} · ${t('chips.and_more', { count: more })}` : told
  }

  /** What a conflict is about. */
  function contested(what: Contested, subject: string): string {
    const name = soundName(subject)
    switch (what.kind) {
      case 'lyrics': return t('contested.lyrics', { line: what.line })
      case 'mixer': return name ? t('contested.mixer', { name, control: t(`controls.${what.control}`) }) : t('contested.mixer_master', { control: capital(t(`controls.${what.control}`)) })
      default: return t(`contested.${what.kind}`, { name: name || t('contested.nameless') })
    }
  }

  /** What one side of a conflict holds, in few words. */
  function held(side: Held, control?: Control): string {
    switch (side.kind) {
      case 'nothing': return t('held.nothing')
      case 'text': return side.text || t('held.empty')
      case 'figure': return figure(side.figure, control)
      case 'tempo': return tempo(side.bpm)
      case 'key': return keyName(side.key)
      case 'meter': return meter(side.meter)
      case 'place': return t('held.place', { place: side.place })
      case 'notes': return t('bars.notes', { count: side.notes.length })
      case 'chord': return side.symbol
      case 'section': return section(side.section_kind)
      case 'track': return t('held.track', { name: soundName(side.name), notes: t('bars.notes', { count: side.notes }) })
      case 'take': return t('held.take', { title: side.title })
      case 'other': return other(side.json)
    }
  }
  /** A setting without words of its own: its plain value, where it has one. */
  function other(json: string): string {
    try {
      const value: unknown = JSON.parse(json)
      if (typeof value === 'number') return number(value, value % 1 ? 2 : 0)
      if (typeof value === 'boolean') return t(value ? 'figures.on' : 'figures.off')
      if (typeof value === 'string') return value
      if (typeof value === 'object' && value !== null && 'kind' in value && ['sound_font', 'kit', 'synth'].includes(String(value.kind))) return instrument(value as Sound)
      return t('held.other')
    } catch {
      return json
    }
  }

  /** What of the earlier side can be taken over by itself, each once. */
  function parts(changes: Change[]): PartChoice[] {
    const found = new Map<string, PartChoice>()
    const add = (key: string, part: Part, words: string) => { if (!found.has(key)) found.set(key, { key, part, words }) }
    for (const each of changes) {
      switch (each.kind) {
        case 'tempo': case 'key': case 'meter': case 'chords': case 'lyrics': add(each.kind, { kind: each.kind }, t(`parts.${each.kind}`)); break
        case 'project_renamed': add('project_name', { kind: 'project_name' }, t('parts.project_name', { name: each.before })); break
        case 'section_removed': case 'section_moved': case 'section_resized': case 'section_energy':
          add(`section-${each.section}`, { kind: 'section', section: each.section }, t('parts.section', { name: section(each.section_kind) })); break
        case 'section_renamed': add(`section-${each.section}`, { kind: 'section', section: each.section }, t('parts.section', { name: section(each.before) })); break
        case 'track_removed': case 'track_sound': case 'track_moved': case 'clip_added': case 'clip_removed': case 'notes':
          add(`track-${each.track}`, { kind: 'track', track: each.track }, t('parts.track', { name: soundName(each.name) })); break
        case 'track_renamed': add(`track-${each.track}`, { kind: 'track', track: each.track }, t('parts.track', { name: soundName(each.before) })); break
        case 'take_removed': add(`take-${each.take}`, { kind: 'take', take: each.take }, t('parts.take', { title: each.title })); break
        case 'take_renamed': add(`take-${each.take}`, { kind: 'take', take: each.take }, t('parts.take', { title: each.before })); break
        case 'mixer':
          add('mixer', { kind: 'mixer' }, t('parts.mixer'))
          if (each.track !== null) add(`strip-${each.track}`, { kind: 'strip', track: each.track }, t('parts.strip', { name: soundName(each.name) }))
      }
    }
    return [...found.values()]
  }

  return { figure, instrument, change, foremost, about, contested, held, parts }
}
