import type { SpeechRequest, StudioEvent, Voice, VoiceId } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import type { FakePlayer } from './player'

type Host = { send: (event: StudioEvent) => void; player: () => FakePlayer; voices: () => Voice[] }

const LIMIT = 10_000
const VOICES: Voice[] = [
  { id: 'elevenlabs:21m00Tcm4TlvDq8ikWAM', name: 'Rachel', gender: 'female', accent: 'american', language: 'en', ready: true },
  { id: 'elevenlabs:Mateo0123456789abcde', name: 'Mateo', gender: 'neutral', accent: 'other', language: 'es', ready: true },
]

/** ElevenLabs in memory. `?remote=key` has a key, `?remote=offline` has one and no network. A key begins with `sk_`. */
export class FakeRemote {
  private key: boolean
  private used = 1_500
  private readonly offline: boolean
  private readonly spoken = new Set<string>()

  constructor(query: URLSearchParams, private readonly host: Host) {
    this.key = query.has('remote')
    this.offline = query.get('remote') === 'offline'
  }

  voices = (): Voice[] => (this.key ? VOICES : [])

  private reach() {
    if (this.offline) throw new AppError('unreachable', 'ElevenLabs could not be reached.', 'Check your connection; the studio’s own voices need no network.')
  }

  private costOf({ text, voice }: SpeechRequest) {
    const remote = VOICES.some(({ id }) => id === voice)
    return remote && !this.spoken.has(`${voice} ${text}`) ? text.trim().length : 0
  }

  /** Bills what was not spoken before. */
  speak(request: SpeechRequest) {
    this.reach()
    this.used += this.costOf(request)
    this.spoken.add(`${request.voice} ${request.text}`)
  }

  private put(key: boolean) {
    this.key = key
    this.host.send({ type: 'voices_listed', data: this.host.voices() })
  }

  calls(): Partial<Ipc> {
    return {
      remoteAccount: async () => {
        if (!this.key) return null
        this.reach()
        return { left: LIMIT - this.used, limit: LIMIT }
      },
      setRemoteKey: async (key) => {
        if (!key.startsWith('sk_')) throw new AppError('invalid_field', 'ElevenLabs does not accept the key.', 'Make a new key in your ElevenLabs account and enter it here.')
        this.put(true)
      },
      forgetRemoteKey: async () => this.put(false),
      getSpeechCost: async (request) => {
        const characters = this.costOf(request)
        if (characters === 0) return { characters, left: null }
        this.reach()
        return { characters, left: LIMIT - this.used }
      },
      hearVoiceSample: async (voice: VoiceId) => this.host.player().beginPassing(VOICES.find(({ id }) => id === voice)!.name, 6),
    }
  }
}
