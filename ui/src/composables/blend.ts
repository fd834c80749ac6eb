import { type BlendPart, PROFILE_LIMITS, type Voice } from '@/domain'
import { percents } from './profiles'

/** Least part of a voice in a blend that can still be heard, and the step it is set in. */
export const BLEND_STEP = 0.05

const NAME = /^[a-z]{2}_[a-z]+$/
/** As it is written in an id, without the dust of binary fractions. */
const written = (weight: number) => String(Math.round(weight * 1000) / 1000)

/** The id of a blend: `af_heart*0.6+af_bella*0.4`; parts that weigh nothing are left out. */
export function blendId(parts: readonly BlendPart[]): string {
  const heavy = parts.filter(({ weight }) => weight > 0)
  if (heavy.length === 1) return heavy[0]!.voice
  const shares = percents(heavy.map(({ weight }) => weight))
  return heavy.map(({ voice }, index) => `${voice}*${written(shares[index]! / 100)}`).join('+')
}

/** Reads the id of a blend; `null` for what is none, such as a voice alone. */
export function blendOf(id: string): BlendPart[] | null {
  const parts = id.split('+').map((part) => {
    const [voice = '', weight = '1'] = part.split('*')
    return { voice, weight: Number(weight) }
  })
  return parts.length > 1 && parts.every(({ voice, weight }) => NAME.test(voice) && weight > 0) ? parts : null
}

/** A blend as a voice, the way the studio shows it: called after its parts, and of the kind of the greatest. */
export function blendedVoice(id: string, voices: readonly Voice[]): Voice | null {
  const parts = blendOf(id)?.sort((a, b) => b.weight - a.weight).map(({ voice }) => voices.find((each) => each.id === voice))
  if (!parts || parts.some((part) => part === undefined)) return null
  const known = parts as Voice[]
  return { ...known[0]!, id, name: known.map(({ name }) => name).join(' + '), ready: known.every(({ ready }) => ready) }
}

/** Moves the weight of one part; the others share the rest as they did. */
export function weigh(parts: readonly BlendPart[], index: number, weight: number): BlendPart[] {
  const others = parts.reduce((sum, part, at) => (at === index ? sum : sum + part.weight), 0)
  const rest = 1 - weight
  return parts.map((part, at) => ({ ...part, weight: at === index ? weight : others > 0 ? (part.weight / others) * rest : rest / (parts.length - 1) }))
}

/** Another voice of the same language, with an even part of all. */
export function addPart(parts: readonly BlendPart[], voices: readonly Voice[]): BlendPart[] {
  const language = voices.find(({ id }) => id === parts[0]?.voice)?.language
  const next = voices.find((voice) => (language === undefined || voice.language === language) && !parts.some((part) => part.voice === voice.id))
  if (!next || parts.length >= PROFILE_LIMITS.blend) return [...parts]
  const share = 1 / (parts.length + 1)
  return [...parts.map((part) => ({ ...part, weight: part.weight * (1 - share) })), { voice: next.id, weight: share }]
}

/** Takes a part away; what is left makes the whole. */
export function removePart(parts: readonly BlendPart[], index: number): BlendPart[] {
  const left = parts.filter((_, at) => at !== index)
  const sum = left.reduce((total, { weight }) => total + weight, 0)
  return left.map((part) => ({ ...part, weight: sum > 0 ? part.weight / sum : 1 / left.length }))
}

/** Puts another voice in the place of a part; of another language, the rest of the blend goes with it. */
export function replacePart(parts: readonly BlendPart[], index: number, voice: Voice, voices: readonly Voice[]): BlendPart[] {
  const languageOf = (id: string) => voices.find((each) => each.id === id)?.language
  const changed = parts.map((part, at) => (at === index ? { ...part, voice: voice.id } : part))
  if (changed.every((part) => languageOf(part.voice) === voice.language)) return changed
  const others = voices.filter(({ id, language }) => language === voice.language && id !== voice.id)
  return changed.slice(0, others.length + 1).map((part, at) => (at === index ? part : { ...part, voice: others[at < index ? at : at - 1]!.id }))
}
