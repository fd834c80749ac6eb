import type { LibrarySound, MeterFrame, Playback, Queue, QueueEntry, Side, SoundId, StudioEvent, VersionId } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import { FakeMeters, type Levels } from './hearing'

type Host = { send: (event: StudioEvent) => void; sound: (id: SoundId) => LibrarySound; levels: (position: number, playing: boolean) => Levels }

const FRAME_S = 1 / 30
const BACK_TO_START_S = 3
const TRIED_S = 12
const seedOf = (id: SoundId) => Number(id.split('-')[1])
export const seedOfVersion = (id: VersionId | null) => (id ? parseInt(id.slice(0, 6), 16) % 997 : 7)
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** What is under the playhead of the studio in memory: a take, or a queue of sounds. */
export class FakePlayer {
  now: Playback = { state: 'empty', take: null, duration: 0, device: 'Studio monitors', problem: null, volume: 0.9, queue: null }
  private position = 0
  private readonly meters = new FakeMeters()
  private kept = { crossfade: 0, repeat: false, speed: 1 }

  constructor(private readonly host: Host) {}

  mute() {
    this.now.device = null
    this.now.problem = { code: 'no_audio_device', message: 'no output device could be opened', hint: 'Connect headphones or speakers, then choose them in Settings.' }
  }

  tell() {
    this.host.send({ type: 'playback_changed', data: this.now })
  }

  putTake(take: string | null, duration: number) {
    this.keep()
    this.now = { ...this.now, take, duration, queue: null, state: take ? 'stopped' : 'empty' }
    this.position = 0
    this.meters.restart()
  }

  private keep() {
    if (this.now.queue) this.kept = { crossfade: this.now.queue.crossfade, repeat: this.now.queue.repeat, speed: this.now.queue.speed }
  }

  private needDevice() {
    if (!this.now.device) throw new AppError('no_audio_device', 'could not play: there is no output device', 'Connect headphones or speakers, then choose them in Settings.')
  }

  private transport(state: Playback['state']) {
    this.needDevice()
    if (this.now.state === 'empty') return
    this.now = { ...this.now, state }
    this.tell()
  }

  private entry(id: SoundId) {
    const { name, tags, facts, state, path } = this.host.sound(id)
    if (state === 'missing') throw new AppError('not_found', `could not open ${path}`, 'Connect its disk, or find the file again in the details.')
    return { sound: id, version: null, name: tags.title || name, duration: facts.duration ?? 0 }
  }

  private setQueue(queue: Queue | null, position = 0) {
    this.position = position
    this.now = { ...this.now, queue, take: null, duration: queue?.entries[queue.current]?.duration ?? 0 }
  }

  private queue(): Queue {
    if (!this.now.queue) throw new AppError('not_found', 'could not find a queue', 'Choose sounds in the Audio room and play them.')
    return this.now.queue
  }

  private change(part: Partial<Queue>) {
    this.now = { ...this.now, queue: { ...this.queue(), ...part } }
    this.tell()
  }

  private begin(sounds: SoundId[], start: number) {
    this.needDevice()
    this.keep()
    // Whatever is missing is left out, but for the one that was asked for.
    const wanted = sounds[start]
    if (wanted === undefined) throw new AppError('invalid_field', 'could not play: there is no such sound', '')
    const entries = sounds.filter((id) => id === wanted || this.host.sound(id).state !== 'missing').map((id) => this.entry(id))
    const current = Math.max(0, entries.findIndex(({ sound }) => sound === wanted))
    this.setQueue({ entries, current, ...this.kept, selection: null, compared: null })
    this.now.state = 'playing'
    this.meters.restart()
    this.tell()
  }

  /** Versions of the project, one alone or two against each other. */
  beginVersions(entries: QueueEntry[], gains: [number, number] | null, side: Side = 'a') {
    this.needDevice()
    this.keep()
    this.setQueue({ entries, current: side === 'a' ? 0 : 1, ...this.kept, selection: null, compared: gains && { side, gains } })
    this.now.state = 'playing'
    this.meters.restart()
    this.tell()
  }

  private add(sounds: SoundId[]) {
    if (!this.now.queue || this.now.queue.compared) {
      const playing = this.now.state === 'playing' && this.now.queue !== null
      this.keep()
      this.setQueue({ entries: sounds.map((id) => this.entry(id)), current: 0, ...this.kept, selection: null, compared: null })
      this.now.state = playing ? 'playing' : 'stopped'
      return this.tell()
    }
    this.change({ entries: [...this.now.queue.entries, ...sounds.map((id) => this.entry(id))] })
  }

  private remove(index: number) {
    const queue = this.queue()
    const entries = queue.compared ? [] : queue.entries.filter((_, each) => each !== index)
    if (entries.length === 0) {
      this.setQueue(null)
      this.now.state = 'empty'
      return this.tell()
    }
    const current = Math.min(entries.length - 1, index < queue.current ? queue.current - 1 : queue.current)
    const same = index !== queue.current
    this.setQueue({ ...queue, entries, current, selection: same ? queue.selection : null, compared: null }, same ? this.position : 0)
    this.tell()
  }

  private go(index: number, state = this.now.state) {
    const queue = this.queue()
    if (!queue.entries[index]) throw new AppError('invalid_field', 'could not play: there is no such sound', '')
    this.setQueue({ ...queue, current: index, selection: null })
    this.now.state = state
    this.tell()
  }

  private next(asked: boolean) {
    const queue = this.queue()
    if (queue.current + 1 < queue.entries.length) return this.go(queue.current + 1)
    if (queue.repeat) return this.go(0)
    if (!asked) this.go(0, 'stopped')
  }

  private previous() {
    const queue = this.queue()
    if (this.position > BACK_TO_START_S || queue.current === 0) this.position = 0
    else this.go(queue.current - 1)
  }

  private compare(a: SoundId, b: SoundId) {
    this.needDevice()
    this.keep()
    const loudness = [a, b].map((id) => this.host.sound(id).analysis.loudness?.integrated ?? -18)
    const quieter = Math.min(...loudness)
    this.setQueue({ entries: [this.entry(a), this.entry(b)], current: 0, ...this.kept, selection: null, compared: { side: 'a', gains: [quieter - loudness[0]!, quieter - loudness[1]!] } })
    this.now.state = 'playing'
    this.meters.restart()
    this.tell()
  }

  /** Some seconds of a sound against what they would become; both are nowhere but in memory. */
  beginAgainst(id: SoundId) {
    this.needDevice()
    this.keep()
    const { name, duration } = this.entry(id)
    const side = { sound: null, version: null, name, duration: Math.min(TRIED_S, duration) }
    this.setQueue({ entries: [side, side], current: 1, ...this.kept, selection: null, compared: { side: 'b', gains: [0, -1.2] } })
    this.now.state = 'playing'
    this.tell()
  }

  /** Something that is heard at once and never kept. */
  beginPassing(name: string, duration: number) {
    this.needDevice()
    this.keep()
    this.setQueue({ entries: [{ sound: null, version: null, name, duration }], current: 0, ...this.kept, selection: null, compared: null })
    this.now.state = 'playing'
    this.tell()
  }

  private hear(side: 'a' | 'b') {
    const queue = this.queue()
    if (!queue.compared) throw new AppError('not_found', 'could not find what is compared', '')
    const current = side === 'a' ? 0 : 1
    this.now = { ...this.now, duration: queue.entries[current]!.duration }
    this.change({ current, compared: { ...queue.compared, side } })
  }

  private advance() {
    if (this.now.state !== 'playing') return
    this.position += FRAME_S * (this.now.queue?.speed ?? 1)
    const selection = this.now.queue?.selection
    if (selection && this.position >= selection.to) this.position = selection.from
    if (this.position < this.now.duration) return
    if (this.now.queue && !this.now.queue.compared) this.next(false)
    else this.position = 0
  }

  private frame(): MeterFrame {
    const playing = this.now.state === 'playing'
    const { queue } = this.now
    const entry = queue?.entries[queue.current]
    if (!queue || !entry) return this.meters.readLevel(this.host.levels(this.position, playing))
    const gain = queue.compared ? queue.compared.gains[queue.current]! : 0
    return this.meters.readSound(entry.sound ? seedOf(entry.sound) : seedOfVersion(entry.version), entry.duration, this.position, playing, gain)
  }

  calls(): Partial<Ipc> {
    return {
      play: async () => this.transport('playing'),
      pause: async () => this.transport('stopped'),
      stop: async () => { this.position = 0; this.transport('stopped') },
      seek: async (seconds) => { this.position = Math.max(0, Math.min(this.now.duration, seconds)) },
      setVolume: async (volume) => { this.now = { ...this.now, volume }; this.tell() },
      getPlayback: async () => copy(this.now),
      watchMeters: async (onFrame) => {
        setInterval(() => {
          this.advance()
          onFrame(this.frame())
        }, FRAME_S * 1000)
      },
      playSounds: async (sounds, start) => this.begin(sounds, start),
      queueSounds: async (sounds) => this.add(sounds),
      unqueueSound: async (index) => this.remove(index),
      playEntry: async (index) => { this.needDevice(); this.go(index, 'playing') },
      nextSound: async () => this.next(true),
      previousSound: async () => this.previous(),
      loopSelection: async (selection) => this.change({ selection }),
      setSpeed: async (speed) => this.change({ speed: Math.min(4, Math.max(0.25, speed)) }),
      setCrossfade: async (crossfade) => this.change({ crossfade }),
      setRepeat: async (repeat) => this.change({ repeat }),
      scrub: async (position) => { if (position !== null) this.position = Math.max(0, Math.min(this.now.duration, position)) },
      compareSounds: async (a, b) => this.compare(a, b),
      hearSide: async (side) => this.hear(side),
      restartMeters: async () => this.meters.restart(),
    }
  }
}
