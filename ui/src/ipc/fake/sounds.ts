import type { Analysis, Codec, Container, LibrarySound, Loudness, Mode, SoundFacts } from '@/domain'
import { randomFrom } from './song'

const FIRST = ['Noche', 'Paper', 'Velvet', 'Ceniza', 'Glass', 'Marea', 'Silver', 'Lluvia', 'Neon', 'Raíz', 'Slow', 'Puerto', 'Amber', 'Humo', 'Northern', 'Cobre', 'Violet', 'Bruma']
const SECOND = ['moons', 'en la azotea', 'signal', 'de abril', 'garden', 'lenta', 'tide', 'sobre el mar', 'engine', 'dormida', 'arcade', 'del sur', 'letters', 'eléctrica', 'room', 'y sal']
const ARTISTS = ['Lía Montes', 'The Paper Kites Club', 'Óscar Vidal', 'Nadia & Sol', 'Harbour Lights', 'Tres Esquinas', 'Ko Ueda', 'Marlowe', 'Los del Faro', '']
const ALBUMS = ['Azotea', 'Field notes', 'Sal y neón', 'Rough mixes', '']
const GENRES = ['reggaeton', 'house', 'ambient', 'rock', 'jazz', 'pop', 'folk', '']
const SOUNDS_LIKE = ['electronic', 'ambient', 'rock', 'guitar', 'female vocals', 'dance', 'piano', 'jazz', 'slow', 'techno', 'chillout', 'strings', 'beat', 'soul']
const FORMATS: [Container, Codec, number | null, string][] = [
  ['wave', 'pcm', 24, 'wav'], ['flac', 'flac', 24, 'flac'], ['mpeg', 'mp3', null, 'mp3'], ['aiff', 'pcm', 16, 'aiff'], ['mp4', 'aac', null, 'm4a'], ['ogg', 'vorbis', null, 'ogg'],
]
const MODES: Mode[] = ['minor', 'major', 'minor', 'dorian', 'major', 'minor']
const HOUR_MS = 3_600_000

const round = (value: number, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits
const DONE = { loudness: 'done', rhythm: 'done', beats: 'done', sounds_like: 'done', peaks: 'done' } as const
const WAITING = { loudness: 'waiting', rhythm: 'waiting', beats: 'waiting', sounds_like: 'waiting', peaks: 'waiting' } as const

function loudnessOf(random: () => number, duration: number): Loudness {
  const integrated = round(-8 - random() * 18, 2)
  const truePeak = round(random() < 0.12 ? random() * 1.6 : -0.2 - random() * 4, 2)
  return {
    integrated, range: round(2 + random() * 13), max_momentary: round(integrated + 3 + random() * 4), max_short_term: round(integrated + 1.5 + random() * 3),
    sample_peak: round(Math.min(0, truePeak - 0.3)), true_peak: truePeak, duration,
  }
}

/** What would be heard in the sound of a seed. */
export function heardIn(seed: number, duration: number): Analysis {
  const random = randomFrom(seed * 31 + 5)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  return {
    loudness: loudnessOf(random, duration), bpm: random() < 0.1 ? null : round(70 + random() * 100), key: random() < 0.08 ? null : { tonic: Math.floor(random() * 12), mode: pick(MODES) },
    sounds_like: [0.71, 0.44, 0.23].map((score) => ({ name: pick(SOUNDS_LIKE), score })).filter((tag, index, all) => all.findIndex(({ name }) => name === tag.name) === index),
    steps: { ...DONE }, problem: null,
  }
}

/** A believable sound file; the same seed makes the same. */
export function makeSound(seed: number, now: number): LibrarySound {
  const random = randomFrom(seed * 7919 + 13)
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  const [container, codec, bits, extension] = pick(FORMATS)
  const title = `${pick(FIRST)} ${pick(SECOND)}`
  const artist = pick(ARTISTS)
  const tagged = random() > 0.14
  const duration = round(seed % 9 === 4 ? 0.4 + random() * 8 : 90 + random() * 260, 2)
  const rate = pick([44_100, 48_000, 48_000, 96_000])
  const facts: SoundFacts = { container, codec, rate, channels: seed % 23 === 11 ? 6 : seed % 7 === 3 ? 1 : 2, bits, duration, bytes: Math.round(duration * (bits === null ? 32_000 : (rate * bits) / 4)) }
  const name = tagged ? `${title}.${extension}` : `take_${String(seed).padStart(4, '0')}_${pick(['gtr', 'vox', 'drums', 'bass'])}.${extension}`
  const sound: LibrarySound = {
    id: `sound-${seed}`, path: `/home/music/Grabaciones/${pick(ALBUMS) || 'Sueltas'}/${name}`, name, state: seed % 41 === 9 ? 'missing' : 'present', facts,
    tags: tagged ? { title, artist, album: pick(ALBUMS), genre: pick(GENRES), year: 2008 + Math.floor(random() * 18), comment: '' } : { title: '', artist: '', album: '', genre: '', year: null, comment: '' },
    has_cover: tagged && seed % 3 !== 0, rating: random() < 0.45 ? 0 : 1 + Math.floor(random() * 5), added_ms: now - seed * HOUR_MS * 0.7, analysis: heardIn(seed, duration),
  }
  if (seed % 53 === 17) sound.analysis = { ...sound.analysis, bpm: null, key: null, steps: { ...DONE, rhythm: 'failed' }, problem: { code: 'unsupported_file', message: `could not hear the rhythm of ${name}`, hint: 'The file is shorter than three seconds.' } }
  else if (seed % 29 === 6) sound.analysis = { ...sound.analysis, sounds_like: [], steps: { ...DONE, sounds_like: 'needs_model' } }
  return sound
}

/** The same sound before anything was heard in it. */
export const unheard = (sound: LibrarySound): LibrarySound =>
  ({ ...sound, state: 'present', rating: 0, analysis: { loudness: null, bpm: null, key: null, sounds_like: [], steps: { ...WAITING }, problem: null } })

/** A cover as a picture in an address. */
export function coverOf(seed: number): string {
  const hue = (seed * 47) % 360
  const rings = Array.from({ length: 7 }, (_, ring) => `<circle cx='${60 + ((seed * 13) % 80)}' cy='${70 + ((seed * 29) % 60)}' r='${14 + ring * 19}' fill='none' stroke='hsl(${hue + ring * 16} 90% 70% / ${0.75 - ring * 0.08})' stroke-width='5'/>`).join('')
  return `data:image/svg+xml;utf8,${encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 200'><rect width='200' height='200' fill='hsl(${hue + 200} 45% 12%)'/>${rings}</svg>`)}`
}
