import type { Chip, Mode, Palette, Request, Understanding } from '@/domain'
import { AppError } from '../error'

const style = (id: string, name_en: string, name_es: string, bpm: [number, number, number], duration: number) => ({
  id, name_en, name_es, bpm_min: bpm[0], bpm_max: bpm[1], bpm_typical: bpm[2], duration_typical: duration,
})

export const PALETTE: Palette = {
  styles: [
    style('reggaeton', 'Reggaeton', 'Reguetón', [84, 102, 94], 180),
    style('trap', 'Trap', 'Trap', [120, 160, 140], 170),
    style('house', 'House', 'House', [118, 128, 124], 210),
    style('synthwave', 'Synthwave', 'Synthwave', [80, 118, 100], 200),
    style('lo-fi', 'Lo-fi', 'Lo-fi', [68, 92, 80], 150),
    style('pop', 'Pop', 'Pop', [90, 128, 112], 190),
    style('rock', 'Rock', 'Rock', [96, 160, 128], 200),
    style('ambient', 'Ambient', 'Ambient', [50, 80, 64], 240),
    style('jazz', 'Jazz', 'Jazz', [90, 200, 132], 200),
    style('cinematic', 'Cinematic', 'Cinematográfico', [60, 120, 84], 180),
  ],
  moods: ['happy', 'sad', 'dark', 'calm', 'energetic', 'romantic', 'epic', 'dreamy', 'aggressive', 'melancholic', 'nostalgic', 'tense', 'sensual', 'hopeful', 'mysterious', 'playful'],
  instruments: ['drums', 'percussion', 'bass', 'piano', 'electric_piano', 'organ', 'acoustic_guitar', 'electric_guitar', 'distorted_guitar', 'strings', 'violin', 'cello', 'choir', 'brass', 'trumpet', 'trombone', 'saxophone', 'flute', 'clarinet', 'synth', 'pad', 'bells', 'marimba', 'vibraphone', 'harp', 'accordion', 'harmonica', 'banjo', 'ukulele', 'sub_bass', 'vinyl'],
}

const WORDS: [RegExp, Chip['kind'], string][] = [
  [/\breg(gae|ue)t[oó]n\b/i, 'style', 'reggaeton'], [/\btrap\b/i, 'style', 'trap'], [/\bhouse\b/i, 'style', 'house'],
  [/\bsynthwave\b/i, 'style', 'synthwave'], [/\blo-?fi\b/i, 'style', 'lo-fi'], [/\bpop\b/i, 'style', 'pop'], [/\brock\b/i, 'style', 'rock'],
  [/\bambient(al)?\b/i, 'style', 'ambient'], [/\bjazz\b/i, 'style', 'jazz'], [/\bcin(ematic|ematogr[aá]fico)\b/i, 'style', 'cinematic'],
  [/\b(dark|oscur[oa])\b/i, 'mood', 'dark'], [/\b(happy|alegre)\b/i, 'mood', 'happy'], [/\b(sad|triste)\b/i, 'mood', 'sad'],
  [/\b(nostalgic|nost[aá]lgic[oa])\b/i, 'mood', 'nostalgic'], [/\b(romantic|rom[aá]ntic[oa])\b/i, 'mood', 'romantic'],
  [/\bpiano\b/i, 'instrument', 'piano'], [/\b(guitar|guitarra)\b/i, 'instrument', 'acoustic_guitar'], [/\b(sax|saxof[oó]n)\b/i, 'instrument', 'saxophone'],
]
const SMALL = new Set('a an the with and of in for to un una el la los las con de en y para que sin no without at por al del como like bpm'.split(' '))
const PITCH: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11, do: 0, re: 2, mi: 4, fa: 5, sol: 7, la: 9, si: 11 }
const NAMES = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B']

function readKey(prompt: string) {
  const found = /\b(do|re|mi|fa|sol|la|si|[a-g])(#|b)? (major|minor|mayor|menor)\b/i.exec(prompt)
  if (!found) return null
  const tonic = (PITCH[found[1]!.toLowerCase()]! + (found[2] === '#' ? 1 : found[2] === 'b' ? 11 : 0)) % 12
  const mode: Mode = /m[ai][nj]or|mayor/i.test(found[3]!) && !/minor/i.test(found[3]!) ? 'major' : 'minor'
  return { key: { tonic, mode }, words: found[0] }
}

function chipsOfLists(request: Request): Chip[] {
  const chip = (kind: Chip['kind']) => (value: string): Chip => ({ kind, value, source: 'field', words: '' })
  return [...request.moods.map(chip('mood')), ...request.instruments.map(chip('instrument')), ...request.without.map(chip('without'))]
}

/** A rough reading of a prompt: enough to exercise every kind of chip. */
export function understand(request: Request): Understanding {
  const { prompt } = request
  if (!prompt.trim() && !request.style) throw new AppError('empty_prompt', 'there is nothing to make a song from', 'Write what you hear, or choose a style.')
  const found: Chip[] = []
  let rest = prompt
  for (const [pattern, kind, value] of WORDS) {
    const hit = pattern.exec(prompt)
    if (!hit) continue
    const refused = new RegExp(`(sin|without|no) ${hit[0]}`, 'i').exec(prompt)
    found.push({ kind: refused && kind === 'instrument' ? 'without' : kind, value, source: 'prompt', words: refused?.[0] ?? hit[0] })
    rest = rest.replace(refused?.[0] ?? hit[0], ' ')
  }
  const tempo = /(\d{2,3})\s*bpm/i.exec(prompt)
  const key = readKey(prompt)
  rest = rest.replace(tempo?.[0] ?? '\0', ' ').replace(key?.words ?? '\0', ' ')
  const styleChip = request.style ? ({ kind: 'style', value: request.style, source: 'field', words: '' } as Chip)
    : found.find((chip) => chip.kind === 'style') ?? { kind: 'style', value: 'pop', source: 'chosen', words: '' } as Chip
  const info = PALETTE.styles.find((each) => each.id === styleChip.value) ?? PALETTE.styles[5]!
  const bpm = request.bpm ?? (tempo ? Number(tempo[1]) : info.bpm_typical)
  const theKey = request.key ?? key?.key ?? { tonic: 9, mode: 'minor' as Mode }
  const meter = request.meter ?? { beats: 4, unit: 4 }
  const duration = request.duration ?? info.duration_typical
  const source = (field: unknown, words: string | undefined) => ({ source: (field ? 'field' : words ? 'prompt' : 'chosen') as Chip['source'], words: field ? '' : words ?? '' })
  const lists = chipsOfLists(request)
  const chips: Chip[] = [
    styleChip,
    { kind: 'tempo', value: String(bpm), ...source(request.bpm, tempo?.[0]) },
    { kind: 'key', value: `${NAMES[theKey.tonic]} ${theKey.mode}`, ...source(request.key, key?.words) },
    { kind: 'meter', value: `${meter.beats}/${meter.unit}`, ...source(request.meter, undefined) },
    { kind: 'length', value: String(duration), ...source(request.duration, undefined) },
    ...lists,
    ...found.filter((chip) => chip.kind !== 'style' && !lists.some((other) => other.kind === chip.kind)),
  ]
  const not_understood = rest.split(/[^\p{L}\d#-]+/u).filter((word) => word.length > 2 && !SMALL.has(word.toLowerCase()))
  const pick = (kind: Chip['kind']) => chips.filter((chip) => chip.kind === kind).map((chip) => chip.value)
  const title = prompt.split(/\s+/).slice(0, 3).join(' ') || info.name_en
  return { chips, not_understood, brief: { title: title.charAt(0).toUpperCase() + title.slice(1), style: info.id, bpm, key: theKey, meter, duration, moods: pick('mood'), instruments: pick('instrument'), without: pick('without') } }
}
