import type { InputDevice, InputFrame, InputSettings, Problem, RecordedTake, Recorder, StudioEvent } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'

type Host = { send: (event: StudioEvent) => void; addMade: (path: string, duration: number) => string; spanish: () => boolean }

const FRAMES_A_SECOND = 30
const LOST_AFTER = 4
const DEVICES: InputDevice[] = [{ name: 'Scarlett 8i6 USB', channels: 8 }, { name: 'Built-in microphone', channels: 1 }, { name: 'Line in', channels: 2 }]
const NOTHING_THERE: Problem = { code: 'no_audio_device', message: 'could not record: there is no audio input', hint: 'Connect a microphone or an interface, then try again.' }
const GONE: Problem = { code: 'audio_device_lost', message: 'the input is gone', hint: 'Connect it again. What was recorded until then is kept.' }
/** Peaks in dBFS around which the input plays, by `?input=`. */
const LEVELS: Record<string, number> = { quiet: -34, loud: -1.5, clipping: 0.6, silent: -90 }

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/**
 * An input in memory. `?input=none` has no device, `lost` loses it in the middle of a take, `denied` cannot open it,
 * `quiet`, `loud`, `clipping` and `silent` play at those levels; `?recovered` finds a take of an earlier session.
 */
export class FakeRecorder {
  private readonly kind: string
  private recorder: Recorder = {
    state: 'closed', settings: { device: null, first_channel: 0, channels: 2, monitor: false, count_in_beats: 4, bpm: 96 }, device: null, rate: 48_000, path: null, problem: null,
  }
  private onFrame: ((frame: InputFrame) => void) | null = null
  private ticks = 0
  private counted = 0
  private recorded = 0
  private clipped = 0
  private takes = 0

  constructor(query: URLSearchParams, private readonly host: Host) {
    this.kind = query.get('input') ?? ''
    if (query.has('recovered')) setTimeout(() => this.finish(83.4, null, true), 1500)
  }

  private tell() {
    this.host.send({ type: 'recorder_changed', data: this.recorder })
  }

  private become(part: Partial<Recorder>) {
    this.recorder = { ...this.recorder, ...part }
    this.tell()
  }

  private finish(duration: number, problem: Problem | null, recovered = false) {
    this.takes += 1
    const path = `/home/music/Son1k/${this.host.spanish() ? 'Toma' : 'Take'} ${this.takes}.wav`
    const take: RecordedTake = { path, duration, sound: this.host.addMade(path, duration), recovered, problem }
    this.host.send({ type: 'take_recorded', data: take })
  }

  private open(settings: InputSettings) {
    if (this.kind === 'none') throw AppError.from(NOTHING_THERE)
    if (this.kind === 'denied') throw new AppError('no_audio_device', 'could not open the input', 'Allow the studio to use the microphone in the settings of the system, then try again.')
    const device = DEVICES.find(({ name }) => name === settings.device) ?? DEVICES[0]!
    const first_channel = Math.min(settings.first_channel, device.channels - 1)
    const channels = Math.min(settings.channels, device.channels - first_channel)
    this.clipped = 0
    this.become({ state: 'ready', device, settings: { ...copy(settings), first_channel, channels }, problem: null })
  }

  private begin() {
    if (this.recorder.state !== 'ready') throw AppError.from(this.recorder.problem ?? NOTHING_THERE)
    this.counted = this.recorded = this.clipped = 0
    const counts = this.recorder.settings.count_in_beats > 0
    this.become({ state: counts ? 'counting_in' : 'recording', path: `/home/music/Son1k/${this.host.spanish() ? 'Toma' : 'Take'} ${this.takes + 1}.wav` })
  }

  private end() {
    const { state } = this.recorder
    const duration = this.recorded
    this.become({ state: 'ready', path: null })
    if (state === 'recording') this.finish(duration, null)
  }

  private level(channel: number): number {
    const at = this.ticks / FRAMES_A_SECOND
    const phrase = 6 * Math.sin(at * 1.3) + 4 * Math.sin(at * 5.1 + channel) - 5 * Math.abs(Math.sin(at * 0.4))
    const wanted = LEVELS[this.kind] ?? -13
    const most = this.kind === 'clipping' ? 0 : -0.4
    return wanted > -10 ? Math.min(most, wanted + phrase / 8) : wanted + phrase
  }

  private frame(): InputFrame {
    const { state, settings } = this.recorder
    const peak = Array.from({ length: settings.channels }, (_, channel) => this.level(channel))
    if (peak.some((level) => level >= 0)) this.clipped += 3
    const left = settings.count_in_beats - Math.floor((this.counted * settings.bpm) / 60)
    return { peak, rms: peak.map((level) => level - 9), clipped: this.clipped, recorded: this.recorded, beats_left: state === 'counting_in' ? Math.max(1, left) : null }
  }

  private tick() {
    const { state, settings } = this.recorder
    if (state === 'closed') return
    this.ticks += 1
    if (state === 'counting_in') this.counted += 1 / FRAMES_A_SECOND
    if (state === 'counting_in' && this.counted >= (settings.count_in_beats * 60) / settings.bpm) this.become({ state: 'recording' })
    if (state === 'recording') this.recorded += 1 / FRAMES_A_SECOND
    if (this.kind === 'lost' && this.recorded > LOST_AFTER) {
      this.become({ state: 'closed', device: null, path: null, problem: GONE })
      this.finish(this.recorded, GONE)
      this.recorded = 0
      return
    }
    this.onFrame?.(this.frame())
  }

  calls(): Partial<Ipc> {
    return {
      listInputDevices: async () => (this.kind === 'none' ? [] : copy(DEVICES)),
      getRecorder: async () => copy(this.recorder),
      openInput: async (settings) => this.open(settings),
      closeInput: async () => this.become({ state: 'closed', device: null }),
      setMonitor: async (monitor) => this.become({ settings: { ...this.recorder.settings, monitor } }),
      record: async () => this.begin(),
      stopRecording: async () => this.end(),
      watchInput: async (onFrame) => {
        if (this.onFrame === null) setInterval(() => this.tick(), 1000 / FRAMES_A_SECOND)
        this.onFrame = onFrame
      },
    }
  }
}
