import type { ConversionPreset, Dictation, HeardLine, Language, LibrarySound, Live, LiveDelay, LiveFrame, Problem, StudioEvent, Transcript } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import { CHANGES, transcriptOf } from './voice'

type Host = { send: (event: StudioEvent) => void; addMade: (path: string, duration: number) => string; need: (...models: string[]) => void; keep: (transcript: Transcript) => void }

const FRAMES_A_SECOND = 30
const LOST_AFTER = 3
const DEVICE = { name: 'Built-in microphone', channels: 1 }
/** What the devices take beside the conversion, in seconds. */
const AROUND = 0.012
const DELAYS: Partial<Record<ConversionPreset, number>> = { monster: 0.051, old: 0.066, whisper: 0.064, vocoder: 0.064, telephone: 0, radio: 0, choir: 0.047 }
const USUAL = 0.045
const NOBODY: Problem = { code: 'no_audio_device', message: 'No audio input could be opened.', hint: 'Connect a microphone or an interface, then try again.' }
const UNHEARD: Problem = { code: 'no_audio_device', message: 'There is no audio output on which the voice could be heard.', hint: 'Connect headphones, then switch Live on.' }
const GONE: Problem = { code: 'audio_device_lost', message: 'The microphone is gone, so the live voice has ended.', hint: 'Connect it again, and switch Live on.' }
const PHRASE_MS = 1500

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/**
 * A microphone in memory, live. `?live=none` has none, `deaf` has no output, `lost` loses it, `slow` has slow devices; for dictation, `silent` hears nobody and `full`
 * cannot keep what was recorded.
 */
export class FakeLive {
  private readonly kind: string
  private live: Live = { on: false, device: null, delay: 0, problem: null }
  private dictation: Dictation = { state: 'off', lines: [], language: null, sound: null, problem: null }
  private onFrame: ((frame: LiveFrame) => void) | null = null
  private ticks = 0
  private takes = 0
  private speaking: ReturnType<typeof setInterval> | undefined

  constructor(query: URLSearchParams, private readonly host: Host) {
    this.kind = query.get('live') ?? ''
  }

  private become(part: Partial<Live>) {
    this.live = { ...this.live, ...part }
    this.host.send({ type: 'live_changed', data: copy(this.live) })
  }

  private start() {
    this.ticks = 0
    const problem = this.kind === 'none' ? NOBODY : this.kind === 'deaf' ? UNHEARD : null
    if (problem) {
      this.become({ on: false, device: null, problem })
      throw AppError.from(problem)
    }
    this.become({ on: true, device: DEVICE, delay: USUAL, problem: null })
  }

  private tick() {
    if (!this.live.on) return
    this.ticks += 1
    if (this.kind === 'lost' && this.ticks > LOST_AFTER * FRAMES_A_SECOND) return this.become({ on: false, device: null, delay: 0, problem: GONE })
    const level = -18 + 6 * Math.sin(this.ticks / 9)
    // The clocks of the devices are known after a moment.
    const latency = this.ticks > 5 ? this.live.delay + AROUND + (this.kind === 'slow' ? 0.04 : 0) : null
    this.onFrame?.({ input: level, output: level - 1, latency })
  }

  private dictate(part: Partial<Dictation>) {
    this.dictation = { ...this.dictation, ...part }
    this.host.send({ type: 'dictation_changed', data: copy(this.dictation) })
  }

  private beginDictation(language: Language | null) {
    this.host.need('whisper-base', 'silero-vad')
    if (this.kind === 'none') throw AppError.from(NOBODY)
    this.dictate({ state: 'listening', lines: [], language: null, sound: null, problem: null })
    const said = transcriptOf({ id: '', facts: { duration: 20 } } as LibrarySound, language ?? 'en')
    const waiting: HeardLine[] = this.kind === 'silent' ? [] : [...said.lines]
    this.speaking = setInterval(() => {
      const next = waiting.shift()
      if (next) this.dictate({ lines: [...this.dictation.lines, next], language: said.language })
    }, PHRASE_MS)
  }

  private endDictation() {
    if (this.dictation.state !== 'listening') return
    clearInterval(this.speaking)
    this.dictate({ state: 'finishing' })
    setTimeout(() => {
      const problem: Problem | null = this.kind === 'full' ? { code: 'disk_full', message: 'The disk is full, so the recording ended.', hint: 'Free some space.' } : null
      this.takes += 1
      const sound = this.host.addMade(`/home/music/Son1k/Dictation ${this.takes}.wav`, 20)
      const { lines, language } = this.dictation
      this.host.keep({ sound, lines: copy(lines), language, duration: 20, edited: false })
      this.dictate({ state: 'off', sound, problem })
    }, 300)
  }

  calls(): Partial<Ipc> {
    return {
      getLive: async () => copy(this.live),
      startLive: async () => this.start(),
      changeLive: async () => { if (this.live.on) this.become({}) },
      stopLive: async () => this.become({ on: false, device: null, delay: 0, problem: null }),
      listLiveDelays: async () => (Object.keys(CHANGES) as ConversionPreset[]).map((preset): LiveDelay => ({ preset, delay: DELAYS[preset] ?? USUAL })),
      watchLive: async (onFrame) => {
        if (this.onFrame === null) setInterval(() => this.tick(), 1000 / FRAMES_A_SECOND)
        this.onFrame = onFrame
      },
      getDictation: async () => copy(this.dictation),
      startDictation: async (_device, language) => this.beginDictation(language),
      stopDictation: async () => this.endDictation(),
    }
  }
}
