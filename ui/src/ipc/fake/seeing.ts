import type { LibrarySound, SoundId } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import { curveOf, tileOf, waveBetween } from './hearing'

const SLOW_MS = 1200
const TILE_MS = 25
const seedOf = (id: SoundId) => Number(id.split('-')[1])
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

/** Pictures of sounds. `?see=slow` keeps them waiting, `?see=failing` refuses the first of each kind. */
export class FakeSeeing {
  private readonly failed = new Set<string>()
  private readonly kind: string

  constructor(query: URLSearchParams, private readonly sound: (id: SoundId) => LibrarySound) {
    this.kind = query.get('see') ?? ''
  }

  private async look<T>(what: string, id: SoundId, answer: (seed: number, duration: number, sound: LibrarySound) => T, takes = 0): Promise<T> {
    const sound = this.sound(id)
    if (this.kind === 'slow') await pause(SLOW_MS)
    else if (takes > 0) await pause(takes)
    if (this.kind === 'failing' && !this.failed.has(what)) {
      this.failed.add(what)
      throw new AppError('unsupported_file', `could not read ${sound.name}`, 'The file may be damaged. Play it elsewhere, or copy it again from where it came from.')
    }
    if (sound.state === 'missing') throw new AppError('not_found', `could not open ${sound.path}`, 'Connect its disk, or find the file again in the details.')
    return answer(seedOf(id), sound.facts.duration ?? 0, sound)
  }

  calls(): Partial<Ipc> {
    return {
      getSoundPeaks: async (id, buckets) => {
        const duration = this.sound(id).facts.duration ?? 1
        return { ...waveBetween(seedOf(id), duration, 0, duration, buckets), duration }
      },
      getSoundWave: (id, from, to, buckets) => this.look('wave', id, (seed, duration) => waveBetween(seed, duration, from, to, buckets)),
      getLoudnessCurve: (id) => this.look('curve', id, (seed, duration, sound) => curveOf(seed, duration, sound.analysis.loudness?.integrated ?? -16)),
      getSpectrogramTile: (id, zoom, index) => this.look('tile', id, (seed, duration) => tileOf(seed, duration, zoom, index), TILE_MS),
    }
  }
}
