import type { Job, LibrarySound, Loudness, Mastering, MasterRequest, MasterResult, PresetTarget, Remark, StudioEvent, Work } from '@/domain'
import type { Ipc } from '../contract'
import { heardIn } from './sounds'

type Host = {
  send: (event: StudioEvent) => void
  startJob: (work: Work, finish: (job: Job) => void, step: (job: Job) => void) => string
  soundAt: (path: string) => LibrarySound | undefined
  /** Takes a file that the studio wrote into the library. */
  addMade: (path: string, duration: number) => string
}

const EXTENSIONS = { wav: 'wav', aiff: 'aiff', flac: 'flac', mp3: 'mp3', vorbis: 'ogg', opus: 'opus' } as const
const SECONDS = 214
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const nameOf = (path: string) => path.split('/').at(-1) ?? path

export const PRESETS: PresetTarget[] = [
  { preset: 'ebu_r128', target: { loudness: -23, ceiling: -1 }, source: 'EBU R 128 (2023)' },
  { preset: 'podcast', target: { loudness: -16, ceiling: -1 }, source: 'AES TD1008 (2021); Apple, Podcasts audio requirements' },
  { preset: 'streaming', target: { loudness: -14, ceiling: -1 }, source: 'Spotify, Loudness normalization; AES TD1008 (2021)' },
  { preset: 'apple', target: { loudness: -16, ceiling: -1 }, source: 'Apple Music, Sound Check; AES TD1008 (2021)' },
  { preset: 'announcement', target: { loudness: -16, ceiling: -1 }, source: 'AES TD1008 (2021), speech' },
]

/** Batches in memory: each file takes its share of the job; the second of three or more cannot be read. */
export class FakeMastering {
  private readonly batches = new Map<string, Mastering>()

  constructor(private readonly host: Host) {}

  private start(request: MasterRequest): string {
    const results: MasterResult[] = []
    // The first step comes only after this returned.
    const id = this.host.startJob({ kind: 'master', request }, () => undefined, (job) => {
      while (results.length < Math.floor(job.progress * request.files.length + 1e-6)) {
        results.push(this.result(request, results.length))
        const batch = { job: job.id, request, results }
        this.batches.set(job.id, batch)
        this.host.send({ type: 'mastering_changed', data: batch })
      }
    })
    this.batches.set(id, { job: id, request, results })
    return id
  }

  private result(request: MasterRequest, index: number): MasterResult {
    const source = request.files[index]!
    const damaged = /broken|roto/i.test(source) || (index === 1 && request.files.length > 2)
    if (damaged) return { source, mastered: null, problem: { code: 'unsupported_file', message: `${nameOf(source)} is damaged: it ends after its header`, hint: 'Copy the file again from where it came from.' } }
    const before = this.host.soundAt(source)?.analysis.loudness ?? heardIn(index + 31, SECONDS).loudness!
    const path = `${request.folder}/${nameOf(source).replace(/\.\w+$/, '')}.${EXTENSIONS[request.encoding.format]}`
    if (request.into_library) this.host.addMade(path, SECONDS)
    const gain = request.target.loudness - (before.integrated ?? request.target.loudness)
    const over = Math.max(0, (before.true_peak ?? -20) + gain - request.target.ceiling)
    return { source, mastered: { path, before, after: this.after(before, request, over), gain, remarks: this.remarks(request, over) }, problem: null }
  }

  private after(before: Loudness, { target }: MasterRequest, over: number): Loudness {
    const loudness = target.loudness - Math.min(0.2, over / 40)
    const raised = loudness - (before.integrated ?? loudness)
    const peak = Math.min(target.ceiling, (before.true_peak ?? -20) + raised)
    return { ...before, integrated: loudness, true_peak: peak, sample_peak: peak - 0.2, max_momentary: loudness + 3.4, max_short_term: loudness + 1.9 }
  }

  private remarks({ encoding }: MasterRequest, over: number): Remark[] {
    const limited: Remark[] = over > 0 ? [{ kind: 'limited', value: over }] : []
    if (encoding.format === 'mp3' || encoding.format === 'vorbis') return [...limited, { kind: 'format_peaks', value: 0.6 }]
    return encoding.format === 'opus' ? [...limited, { kind: 'resampled', value: 48_000 }] : limited
  }

  calls(): Partial<Ipc> {
    return {
      listMasteringPresets: async () => copy(PRESETS),
      masterFiles: async (request) => this.start(copy(request)),
      getMastering: async (job) => copy(this.batches.get(job) ?? null),
    }
  }
}
