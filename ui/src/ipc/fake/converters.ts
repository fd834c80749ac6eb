import type { Converter, Job, LibrarySound, SoundId, StudioEvent, Work } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import type { FakePlayer } from './player'
import type { FakeProfiles } from './profiles'

type Host = {
  send: (event: StudioEvent) => void
  startJob: (work: Work, finish: (job: Job) => void) => string
  sound: (id: SoundId) => LibrarySound
  addMade: (path: string, duration: number) => string
  player: () => FakePlayer
  profiles: FakeProfiles
  need: (...models: string[]) => void
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Converters in memory. `?converters=demo` has two, one of which is damaged. A file whose name says `broken` is none. */
export class FakeConverters {
  private list: Converter[] = []

  constructor(query: URLSearchParams, private readonly host: Host) {
    if (query.get('converters') !== 'demo') return
    this.list = [this.made('kNN voice', true), this.made('Old voice', false)]
  }

  private made(name: string, whole: boolean): Converter {
    const id = [...name].map((sign) => sign.charCodeAt(0).toString(16)).join('').padEnd(64, '0').slice(0, 64)
    return { id, name, licence: 'MIT', rate: 16_000, guide: 'speaker', bytes: 43_200_000, whole }
  }

  private tell() {
    this.host.send({ type: 'converters_listed', data: this.list })
  }

  private check(profile: string, converter: string | null) {
    this.host.profiles.needConsent(profile)
    this.host.need('swift-f0', 'silero-vad', 'resemblyzer')
    if (converter && !this.list.some(({ id, whole }) => id === converter && whole)) throw new AppError('model_corrupt', 'The file of the converter is damaged or gone.', 'Remove it and add its file again.')
  }

  calls(): Partial<Ipc> {
    return {
      listConverters: async () => copy(this.list),
      addConverter: async (path) => {
        const name = path.split('/').at(-1)!
        if (name.includes('broken')) throw new AppError('unsupported_file', `“${name}” cannot be used as a converter: it has no input “source”.`, 'Export it with the inputs and outputs that docs/converters.md names.')
        const made = this.made(name.replace(/\.onnx$/, ''), true)
        if (!this.list.some(({ id }) => id === made.id)) this.list.push(made)
        this.tell()
        return made.id
      },
      removeConverter: async (id) => {
        this.list = this.list.filter((each) => each.id !== id)
        this.tell()
      },
      modulateToward: async (id, toward) => {
        this.check(toward.profile, toward.converter)
        const sound = this.host.sound(id)
        return this.host.startJob({ kind: 'modulate_toward', sound: id, toward: copy(toward) }, () => {
          const made = this.host.addMade(`${sound.path.replace(/\.\w+$/, '')} (changed).wav`, sound.facts.duration ?? 1)
          this.host.send({ type: 'sounds_made', data: { source: id, made: [made], report: null, approach: { duration: sound.facts.duration ?? 1, similarity_before: 0.55, similarity: 0.68 } } })
        })
      },
      previewToward: async (id, toward) => {
        this.check(toward.profile, toward.converter)
        this.host.player().beginAgainst(id)
      },
    }
  }
}
