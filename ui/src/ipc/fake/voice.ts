import type { Accent, Conversion, ConversionPreset, HeardLine, Job, LibrarySound, PresetConversion, Project, Shelf, SoundId, SpeechRequest, SpokenPhrase, StudioEvent, Transcript, Voice, Work } from '@/domain'
import { TICKS_PER_QUARTER } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import type { FakePlayer } from './player'
import type { FakeProfiles } from './profiles'
import { FakeConverters } from './converters'
import { FakeRemote } from './remote'

type Host = {
  send: (event: StudioEvent) => void
  startJob: (work: Work, finish: (job: Job) => void) => string
  sound: (id: SoundId) => LibrarySound
  addMade: (path: string, duration: number) => string
  shelf: () => Shelf
  player: () => FakePlayer
  project: () => Project
  profiles: FakeProfiles
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const CHARACTERS_A_SECOND = 14.5

const NAMES: Record<string, string> = {
  af: 'Heart Alloy Aoede Bella Jessica Kore Nicole Nova River Sarah Sky', am: 'Adam Echo Eric Fenrir Liam Michael Onyx Puck Santa',
  bf: 'Alice Emma Isabella Lily', bm: 'Daniel Fable George Lewis', ef: 'Dora', em: 'Alex Santa',
}
const ACCENTS: Record<string, Accent> = { a: 'american', b: 'british', e: 'spanish' }
const INSTANT: Voice = { id: 'hibari', name: 'Hibari', gender: 'female', accent: 'american', language: 'en', ready: true }
export const voices = (ready: boolean): Voice[] => [...Object.entries(NAMES).flatMap(([kind, names]) => names.split(' ').map((name): Voice => ({
  id: `${kind}_${name.toLowerCase()}`, name, gender: kind[1] === 'f' ? 'female' : 'male', accent: ACCENTS[kind[0]!]!, language: kind[0] === 'e' ? 'es' : 'en', ready,
}))), { ...INSTANT, ready }]

const PLAIN: Conversion = { pitch: 0, formants: 0, range: 1, key: null, tune: null, character: 'natural', doubling: 0, harmony: [], choir: 0, vocoder: null, breath: 0, speed: 1, mix: 1 }
export const CHANGES: Record<ConversionPreset, Partial<Conversion>> = {
  deeper: { pitch: -4, formants: -2 }, higher: { pitch: 4, formants: 2 }, woman: { pitch: 7, formants: 3, range: 1.2 }, man: { pitch: -7, formants: -3 }, child: { pitch: 9, formants: 5, range: 1.3 },
  old: { character: 'old', pitch: -1, range: 0.8, breath: 0.3 }, whisper: { character: 'whisper' }, robot: { character: 'robot', range: 0 }, telephone: { character: 'telephone' }, radio: { character: 'radio' },
  monster: { character: 'monster', pitch: -9, formants: -6 }, choir: { choir: 4, mix: 0.7 }, harmony: { harmony: [2, 4] },
  autotune: { tune: { retune: 0, amount: 1 } }, vocoder: { vocoder: { wave: 'saw', bands: 24, chord: [0, 2, 4] } }, doubling: { doubling: 0.6, mix: 0.8 },
}
const PRESETS: PresetConversion[] = Object.entries(CHANGES).map(([preset, part]) => ({ preset: preset as ConversionPreset, conversion: { ...PLAIN, ...part } }))

const SAID = {
  es: ['La noche sube por la azotea,', 'y en la radio suena una canción', 'que nadie más recuerda.', 'Baja el volumen,', 'que quiero oírte respirar.'],
  en: ['The night climbs up the roof,', 'and on the radio there is a song', 'that nobody else remembers.', 'Turn it down,', 'I want to hear you breathe.'],
}

/** What would be heard in a sound; every seventh word unsure. */
export function transcriptOf(sound: LibrarySound, language: 'es' | 'en' = 'en'): Transcript {
  const duration = sound.facts.duration ?? 20
  const lines = SAID[language].map((text, index): HeardLine => {
    const span = duration / SAID[language].length
    const [start, end] = [index * span + 0.3, (index + 1) * span - 0.4]
    const texts = text.split(' ')
    const step = (end - start) / texts.length
    const words = texts.map((word, at) => ({ text: word, start: start + at * step, end: start + (at + 0.9) * step, confidence: (index * 5 + at) % 7 === 6 ? 0.31 : 0.94 }))
    return { text, start, end, words }
  })
  return { sound: sound.id, lines, language, duration, edited: false }
}

/**
 * Voices in memory. `?voice=missing` lacks the models, `?voice=failing` cannot list the voices at first, `?voice=nobody` hears nobody, `?voice=heard` has a
 * transcript of every sound.
 */
export class FakeVoice {
  private readonly kind: string
  private readonly transcripts = new Map<SoundId, Transcript>()
  private readonly remote: FakeRemote
  private readonly converters: FakeConverters
  private failures = 1
  private count = 0

  constructor(query: URLSearchParams, private readonly host: Host) {
    this.remote = new FakeRemote(query, { send: host.send, player: host.player, voices: () => this.list() })
    this.kind = query.get('voice') ?? ''
    this.converters = new FakeConverters(query, { ...host, need: (...ids) => this.need(...ids) })
    if (this.kind !== 'missing') return
    for (const model of host.shelf().models) if (['speaking', 'reading', 'listening', 'voice_activity', 'pitch_tracking', 'speaker_recognition'].includes(model.task)) model.state = { state: 'missing' }
  }

  private here(...ids: string[]) {
    return ids.every((id) => this.host.shelf().models.some((model) => model.id === id && model.state.state !== 'missing'))
  }

  /** What was said in a sound, as if it had been listened to. */
  keep(transcript: Transcript) {
    this.transcripts.set(transcript.sound, transcript)
    this.host.send({ type: 'speech_heard', data: transcript })
  }

  need(...ids: string[]) {
    const model = this.host.shelf().models.find(({ id, state }) => ids.includes(id) && state.state === 'missing')
    if (model) throw new AppError('model_missing', `could not start: ${model.name} is not here`, 'Get it in Settings, under models.')
  }

  private list(): Voice[] {
    const [ready, english] = [this.here('kokoro', 'kokoro-voices'), this.here('english')]
    const heard = (voice: Voice) => (voice.id === INSTANT.id ? english && this.here(INSTANT.id) : ready && (english || voice.language === 'es'))
    const stock = voices(ready).map((voice) => ({ ...voice, ready: heard(voice) }))
    return [...stock, ...this.host.profiles.voices(stock), ...this.remote.voices()]
  }

  private needVoice(request: SpeechRequest) {
    const { voice, text } = request
    if (text.trim() === '') throw new AppError('empty_prompt', 'there is nothing to be said', 'Write a text first.')
    if (this.remote.voices().some(({ id }) => id === voice)) return this.remote.speak(request)
    if (voice.startsWith('profile:')) this.host.profiles.needConsent(voice.slice('profile:'.length))
    const models = voice === INSTANT.id ? [INSTANT.id] : ['kokoro', 'kokoro-voices']
    this.need(...models, ...(voice.startsWith('e') ? [] : ['english']))
  }

  private phrases(text: string, speed: number): SpokenPhrase[] {
    let at = 0
    return text.split(/(?<=[.!?…])\s+|\n+/).filter((part) => part.trim()).map((part) => {
      const start = at
      at += part.length / CHARACTERS_A_SECOND / speed
      return { text: part, start, end: at }
    })
  }

  private finishSpeech(job: Job, { text, voice, speed }: SpeechRequest) {
    this.count += 1
    const phrases = this.phrases(text, speed)
    const stock = voices(true)
    const known = [...stock, ...this.host.profiles.voices(stock), ...this.remote.voices()]
    const name = voice.split('+').map((part) => known.find(({ id }) => id === part.split('*')[0])!.name).join(' + ')
    const sound = this.host.addMade(`/home/music/Son1k/${name} ${this.count}.wav`, phrases.at(-1)?.end ?? 1)
    this.host.send({ type: 'speech_made', data: { job: job.id, sound, phrases } })
  }

  private finishHearing(id: SoundId, language: 'es' | 'en' | null) {
    const heard = transcriptOf(this.host.sound(id), language ?? 'en')
    const transcript = this.kind === 'nobody' ? { ...heard, lines: [], language: null } : heard
    this.keep(transcript)
  }

  private speaking(): Partial<Ipc> {
    return {
      listVoices: async () => {
        if (this.kind === 'failing' && this.failures-- > 0) throw new AppError('internal', 'the voices could not be listed', 'Try it again.')
        return this.list()
      },
      speak: async (request) => {
        this.needVoice(request)
        return this.host.startJob({ kind: 'speak', request: copy(request) }, (job) => this.finishSpeech(job, request))
      },
      prepareVoice: async (request) => this.needVoice(request),
      previewVoice: async (request) => {
        this.needVoice(request)
        this.host.player().beginPassing(request.text.slice(0, 40), request.text.length / CHARACTERS_A_SECOND / request.speed)
      },
    }
  }

  private listening(): Partial<Ipc> {
    return {
      hearSpeech: async (id, language) => {
        this.need('whisper-base', 'silero-vad')
        this.host.sound(id)
        return this.host.startJob({ kind: 'hear_speech', sound: id, language }, () => this.finishHearing(id, language))
      },
      getTranscript: async (id) => copy(this.transcripts.get(id) ?? (this.kind === 'heard' ? transcriptOf(this.host.sound(id)) : null)),
      setTranscript: async (transcript) => {
        this.transcripts.set(transcript.sound, copy({ ...transcript, edited: true }))
        this.host.send({ type: 'speech_heard', data: { ...transcript, edited: true } })
      },
      exportTranscript: async () => undefined,
    }
  }

  /** A take beside the one on the lanes, with the voice on a track of its own. */
  private place(sound: LibrarySound, at: number) {
    const project = this.host.project()
    const origin = project.takes.find((take) => take.id === project.current)
    if (!origin || !project.arrangement) return
    const score = copy(project.arrangement)
    const ticks = (seconds: number) => Math.round((seconds * TICKS_PER_QUARTER * score.bpm) / 60)
    const id = `voice-${score.tracks.length}`
    const name = sound.tags.title || sound.name
    const notes = [{ start: ticks(at), length: ticks(sound.facts.duration ?? 1), pitch: 60, velocity: 100 }]
    score.tracks.push({ id, name, role: 'vocal', sound: { kind: 'recording', recording: sound.id }, channel: copy(score.tracks[0]!.channel), notes })
    project.takes.unshift({ ...copy(origin), id: `${origin.id}+${id}`, title: `${origin.title} + ${name}` })
    project.current = project.takes[0]!.id
    project.arrangement = score
    project.mixer.push({ track: id, level: 0, pan: 0, mute: false, solo: false })
    this.host.send({ type: 'project_changed', data: copy(project) })
  }

  calls(): Partial<Ipc> {
    return {
      ...this.speaking(), ...this.listening(), ...this.remote.calls(), ...this.converters.calls(),
      listPresets: async () => copy(PRESETS),
      modulateSound: async (id, conversion) => {
        this.need('swift-f0')
        const sound = this.host.sound(id)
        return this.host.startJob({ kind: 'modulate', sound: id, conversion: copy(conversion) }, () => {
          const made = this.host.addMade(`${sound.path.replace(/\.\w+$/, '')} (changed).wav`, (sound.facts.duration ?? 1) / conversion.speed)
          this.host.send({ type: 'sounds_made', data: { source: id, made: [made], report: null, approach: null } })
        })
      },
      putOnTrack: async (id, at) => {
        const sound = this.host.sound(id)
        const { id: project, current } = this.host.project()
        if (!current) throw new AppError('not_found', 'A take was not found.', 'Make a song first.')
        return this.host.startJob({ kind: 'put_on_track', project, take: current, sound: id, at }, () => this.place(sound, at))
      },
      previewModulation: async (id) => {
        this.need('swift-f0')
        this.host.player().beginAgainst(id)
      },
    }
  }
}
