import type { SpeechCost, Voice } from '@/domain'

/** What the id of a voice of ElevenLabs begins with (`domain::voice`). */
const REMOTE = 'elevenlabs:'
export const isRemote = (voice: string | null) => voice?.startsWith(REMOTE) ?? false
export const remoteOf = (voices: readonly Voice[]) => voices.filter(({ id }) => isRemote(id))

/** What will be left of an account; `null` when nobody says. */
export const leftAfter = ({ characters, left }: SpeechCost) => (left === null ? null : Math.max(0, left - characters))
export const isTooMuch = ({ characters, left }: SpeechCost) => left !== null && characters > left
