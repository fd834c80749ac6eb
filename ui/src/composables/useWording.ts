import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Chip, Container, Key, Mode, Palette, QueueEntry, SoundFacts, StepName, StyleInfo } from '@/domain'

const PITCHES_EN = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B']
const PITCHES_ES = ['Do', 'Do♯', 'Re', 'Mi♭', 'Mi', 'Fa', 'Fa♯', 'Sol', 'La♭', 'La', 'Si♭', 'Si']
const WIRE = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B']

/** From so many days on somebody counts months, and then years. */
const MONTHS_FROM = 60
const YEARS_FROM = 730

const BARE: Container[] = ['flac', 'mpeg', 'adts']

export const MODES: Mode[] = ['major', 'minor', 'dorian', 'phrygian', 'lydian', 'mixolydian']

/** Reads a key as the studio writes it (`A minor`, `Eb dorian`). */
export function parseKey(text: string): Key | null {
  const [pitch = '', mode = ''] = text.split(' ')
  const tonic = WIRE.indexOf(pitch)
  return tonic < 0 || !MODES.includes(mode as Mode) ? null : { tonic, mode: mode as Mode }
}

/** `3:07`, or `3:07.4` with tenths. */
export function clock(seconds: number, tenths = false): string {
  const safe = Number.isFinite(seconds) ? Math.max(0, seconds) : 0
  const whole = tenths ? Math.floor(safe * 10) / 10 : Math.round(safe)
  const rest = whole % 60
  const shown = tenths ? rest.toFixed(1).padStart(4, '0') : String(Math.floor(rest)).padStart(2, '0')
  return `${Math.floor(whole / 60)}:${shown}`
}

/** Wording of music and quantities in the language in force. */
export function useWording() {
  const { t, te, locale } = useI18n()
  const spanish = computed(() => locale.value.startsWith('es'))

  const pitch = (tonic: number) => (spanish.value ? PITCHES_ES : PITCHES_EN)[tonic % 12] ?? ''
  const keyName = (key: Key) => `${pitch(key.tonic)} ${t(`modes.${key.mode}`)}`
  const number = (value: number, digits = 1) =>
    Number.isFinite(value) ? value.toLocaleString(locale.value, { minimumFractionDigits: digits, maximumFractionDigits: digits }) : '−∞'
  const signed = (value: number, digits = 1) => number(value, digits).replace('-', '−')
  const tempo = (bpm: number) => `${Number.isInteger(Math.round(bpm * 10) / 10) ? Math.round(bpm) : number(bpm)} BPM`
  const named = (list: string, id: string) => (te(`${list}.${id}`) ? t(`${list}.${id}`) : id.replaceAll(/[_-]/g, ' '))
  const level = (value: number | null, digits = 1) => (value === null ? '−∞' : signed(value, digits))
  /** `WAV · PCM`; a file that is nothing but its coded sound is called after that. */
  const format = ({ container, codec }: Pick<SoundFacts, 'container' | 'codec'>) =>
    BARE.includes(container) ? named('codecs', codec) : `${named('containers', container)} · ${named('codecs', codec)}`
  // What the styles and the tagging model call things is English; the texts know them by these keys.
  const slug = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
  const soundName = (name: string) => (te(`sounds.${slug(name)}`) ? t(`sounds.${slug(name)}`) : name)
  const tagName = (name: string) => (te(`tags.${slug(name)}`) ? t(`tags.${slug(name)}`) : name)
  const styleName = (style: StyleInfo | undefined, id: string) => (style ? (spanish.value ? style.name_es : style.name_en) : id)

  function bytes(value: number) {
    const units = ['B', 'KB', 'MB', 'GB', 'TB']
    const power = value > 0 ? Math.min(units.length - 1, Math.floor(Math.log(value) / Math.log(1024))) : 0
    return `${number(value / 1024 ** power, power > 2 ? 1 : 0)} ${units[power]}`
  }

  function ago(milliseconds: number, now = Date.now()) {
    const words = new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto', style: 'short' })
    const minutes = (milliseconds - now) / 60_000
    if (minutes > -60) return words.format(Math.round(minutes), 'minute')
    if (minutes > -1440) return words.format(Math.round(minutes / 60), 'hour')
    const days = minutes / 1440
    if (days > -MONTHS_FROM) return words.format(Math.round(days), 'day')
    return days > -YEARS_FROM ? words.format(Math.round(days / 30.44), 'month') : words.format(Math.round(days / 365.25), 'year')
  }

  function chip({ kind, value }: Pick<Chip, 'kind' | 'value'>, palette: Palette | null) {
    const key = kind === 'key' ? parseKey(value) : null
    switch (kind) {
      case 'style': return styleName(palette?.styles.find((style) => style.id === value), value)
      case 'tempo': return tempo(Number(value))
      case 'key': return key ? keyName(key) : value
      case 'length': return clock(Number(value))
      case 'mood': return named('moods', value)
      case 'instrument': return named('instruments', value)
      case 'without': return t('chips.without', { what: named('instruments', value) })
      default: return value
    }
  }

  /** `20 November 2026 at 14:03:12`: when exactly, for what says only roughly when. */
  const moment = (milliseconds: number) => new Date(milliseconds).toLocaleString(locale.value, { dateStyle: 'long', timeStyle: 'medium' })
  const entryName = (entry: Pick<QueueEntry, 'name' | 'sound' | 'version'>) => entry.name || (entry.version ? t('queue.version') : entry.sound ? '' : t('queue.present'))

  // A step without a subject leaves no gap where its name would be.
  const step = (name: StepName) => t(`steps.${name.step}`, { subject: name.subject }).replaceAll(/\s+/g, ' ').trim()

  return { pitch, keyName, number, signed, level, format, tempo, named, soundName, tagName, styleName, bytes, ago, moment, entryName, chip, step, clock }
}
