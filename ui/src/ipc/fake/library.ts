import { ANALYSIS_STEPS } from '@/domain'
import type { AnalysisStep, Collection, ContentCredentials, ImportReport, Job, LibraryFilter, LibraryQuery, LibrarySort, LibrarySound, LibraryStatus, Problem, StudioEvent, TagChange, Verification, Work } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import { FakeSeeing } from './seeing'
import { coverOf, heardIn, makeSound, unheard } from './sounds'

type Host = { send: (event: StudioEvent) => void; startJob: (work: Work, finish: (job: Job) => void) => string }

const SOUNDS = 420
const SLOW_MS = 900
const STEP_MS = 350
const SOUND_NAMES = /\.(wav|aiff?|caf|flac|mp3|m4a|aac|ogg|opus|mka|webm)$/i

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const seedOf = (id: string) => Number(id.split('-')[1])
const nameOf = (path: string) => path.split('/').at(-1) ?? path
const wordsOf = (sound: LibrarySound) =>
  [sound.name, ...Object.values(sound.tags), Math.round(sound.analysis.bpm ?? 0), ...sound.analysis.sounds_like.map(({ name }) => name)].join(' ').toLowerCase()

const VALUES: Record<LibrarySort, (sound: LibrarySound) => string | number | null> = {
  added: (sound) => sound.added_ms, title: (sound) => (sound.tags.title || sound.name).toLowerCase(), artist: (sound) => sound.tags.artist.toLowerCase() || null,
  album: (sound) => sound.tags.album || null, genre: (sound) => sound.tags.genre || null, name: (sound) => sound.name, duration: (sound) => sound.facts.duration,
  bpm: (sound) => sound.analysis.bpm, key: (sound) => sound.analysis.key && sound.analysis.key.tonic, loudness: (sound) => sound.analysis.loudness && sound.analysis.loudness.integrated,
  rating: (sound) => sound.rating || null,
}

const inside = (value: number | null | undefined, min: number | null, max: number | null) =>
  (min === null && max === null) || (value !== null && value !== undefined && value >= (min ?? -Infinity) && value <= (max ?? Infinity))

/** What is found in a sound: what the studio spoke or changed itself is marked. */
export function verificationOf(comment: string): Verification {
  const synthetic = comment.includes('synthetic')
  const certificate = { studio: 'Son1k Studio 0.1.0', making: 'spoken', digital_source_type: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia', engine: 'kokoro-82m-int8 2', voice: 'ef_dora', made: '2026-11-22T16:00:00Z', source: 'ab'.repeat(32) } as const
  const mark = { message: 'c0ffee42', score: 21.4, share: 1 }
  const credentials: ContentCredentials = { state: 'intact', generator: certificate.studio, source_type: certificate.digital_source_type, synthetic: true, actions: ['c2pa.created'] }
  return { mark: synthetic ? mark : null, mark_sought: true, certificate: synthetic ? { ...certificate, consent: [], parts: [] } : null, certificate_damaged: false, agree: synthetic || null, credentials: synthetic ? credentials : null }
}

/** A library in memory. `?library=empty`, `slow` or `failing` shows those states, `?sounds=100000` a large one. */
export class FakeLibrary {
  private readonly kind: string
  private sounds: LibrarySound[]
  private collections: (Collection & { holds: Set<string> })[] = []
  private next: number
  private failures = 2
  private version = 0
  /** Files that the studio wrote itself: never twins of what is here. */
  private readonly seeing: FakeSeeing
  /** The last answer: the next page of it must not cost another search. */
  private found: { wish: string; of: LibrarySound[]; version: number; sounds: LibrarySound[] } | null = null

  constructor(query: URLSearchParams, private readonly host: Host) {
    this.kind = query.get('library') ?? ''
    const count = this.kind === 'empty' ? 0 : Number(query.get('sounds') ?? SOUNDS)
    const now = Date.now()
    this.seeing = new FakeSeeing(query, (id) => this.sound(id))
    this.sounds = Array.from({ length: count }, (_, seed) => makeSound(seed, now))
    this.next = count
    if (count > 0) this.addCollections()
    if (this.kind === 'running') {
      this.sounds = this.sounds.map((sound, index) => (index < 40 ? unheard(sound) : sound))
      this.analyse(this.sounds.slice(0, 40).map(({ id }) => id), ANALYSIS_STEPS)
    }
  }

  private addCollections() {
    for (const [name, every] of [['Drum loops', 5], ['Para el disco', 7], ['Voces', 11]] as const) {
      const holds = new Set(this.sounds.filter((_, index) => index % every === 0).map(({ id }) => id))
      this.collections.push({ id: `collection-${this.collections.length + 1}`, name, sounds: holds.size, holds })
    }
  }

  private async answer<T>(value: () => T): Promise<T> {
    if (this.kind === 'slow') await new Promise((done) => setTimeout(done, SLOW_MS))
    if (this.kind === 'failing' && this.failures-- > 0) throw new AppError('database_corrupt', 'the library could not be read', 'Close other programs that use this folder, then try again.')
    return copy(value())
  }

  sound(id: string) {
    const sound = this.sounds.find((each) => each.id === id)
    if (!sound) throw new AppError('not_found', 'could not find this sound', 'It may have been removed from the library.')
    return sound
  }

  readonly soundAt = (path: string) => this.sounds.find((each) => each.path === path)

  /** Takes a file that the studio made, and listens to it. */
  addMade(path: string, duration: number): string {
    const sound = unheard(makeSound(this.next++, Date.now()))
    const title = nameOf(path).replace(/\.\w+$/, '')
    const facts = { ...sound.facts, container: 'wave' as const, codec: 'pcm' as const, rate: 48_000, bits: 24, channels: 2, duration, bytes: Math.round(duration * 288_000) }
    this.sounds.unshift({ ...sound, path, name: nameOf(path), added_ms: Date.now(), has_cover: false, facts, tags: { title, artist: '', album: '', genre: '', year: null, comment: '' } })
    this.changed()
    this.analyse([sound.id], ANALYSIS_STEPS)
    return sound.id
  }

  private status(): LibraryStatus {
    const unfinished = (sound: LibrarySound) => Object.values(sound.analysis.steps).some((step) => step === 'waiting' || step === 'running')
    return { sounds: this.sounds.length, missing: this.sounds.filter(({ state }) => state === 'missing').length, unanalysed: this.sounds.filter(unfinished).length, arriving: [] }
  }

  private changed() {
    this.version += 1
    this.host.send({ type: 'library_changed', data: this.status() })
  }

  private change(id: string, part: Partial<LibrarySound>) {
    const index = this.sounds.findIndex((each) => each.id === id)
    if (index < 0) return
    this.sounds[index] = { ...this.sounds[index]!, ...part }
    this.version += 1
    this.host.send({ type: 'sound_changed', data: this.sounds[index]! })
  }

  private listCollections() {
    this.host.send({ type: 'collections_listed', data: this.list() })
  }

  private readonly list = (): Collection[] => this.collections.map(({ id, name, holds }) => ({ id, name, sounds: holds.size }))

  private collection(id: string) {
    const found = this.collections.find((each) => each.id === id)
    if (!found) throw new AppError('not_found', 'could not find this collection', '')
    return found
  }

  private passes(sound: LibrarySound, filter: LibraryFilter) {
    const { analysis } = sound
    return inside(analysis.bpm, filter.bpm_min, filter.bpm_max) && inside(analysis.loudness?.integrated, filter.loudness_min, filter.loudness_max)
      && (!filter.key || (analysis.key?.tonic === filter.key.tonic && analysis.key.mode === filter.key.mode)) && sound.rating >= filter.rating_min
      && (!filter.missing_only || sound.state === 'missing') && (!filter.collection || this.collection(filter.collection).holds.has(sound.id))
  }

  private search(query: LibraryQuery) {
    const found = this.find(query)
    return { total: found.length, offset: query.offset, rows: found.slice(query.offset, query.offset + query.limit) }
  }

  private find(query: LibraryQuery) {
    const wish = JSON.stringify({ ...query, offset: 0, limit: 0 })
    if (this.found?.wish === wish && this.found.of === this.sounds && this.found.version === this.version) return this.found.sounds
    const words = query.text.toLowerCase().split(/\s+/).filter(Boolean)
    const found = this.sounds.filter((sound) => this.passes(sound, query.filter) && (words.length === 0 || words.every((word) => wordsOf(sound).includes(word))))
    const value = VALUES[query.sort]
    const sign = query.descending ? -1 : 1
    found.sort((a, b) => {
      const [left, right] = [value(a), value(b)]
      if (left === null || right === null) return Number(left === null) - Number(right === null)
      return left < right ? -sign : left > right ? sign : 0
    })
    this.found = { wish, of: this.sounds, version: this.version, sounds: found }
    return found
  }

  private refusalOf(path: string): Problem | null {
    const name = nameOf(path)
    if (/broken|roto/i.test(name)) return { code: 'unsupported_file', message: `${name} is damaged: it ends after its header`, hint: 'Copy the file again from where it came from.' }
    if (SOUND_NAMES.test(name) || !name.includes('.')) return null
    return { code: 'unsupported_file', message: `${name} is not a sound file`, hint: 'WAV, AIFF, CAF, FLAC, MP3, M4A, OGG and MKA can be taken.' }
  }

  private judge(paths: string[]) {
    const refused = paths.flatMap((path) => { const problem = this.refusalOf(path); return problem ? [{ path, problem }] : [] })
    return { refused, good: paths.filter((path) => !this.refusalOf(path)) }
  }

  private finishImport(job: Job, paths: string[], collection: string | null) {
    const { refused, good } = this.judge(paths)
    const report: ImportReport = { added: [], duplicates: [], relinked: [], refused, cancelled: false }
    for (const path of good) {
      const known = this.sounds.find((sound) => sound.path === path || sound.name === nameOf(path))
      if (known) { report.duplicates.push({ path, of: known.id, of_path: known.path }); continue }
      const sound = unheard(makeSound(this.next++, Date.now()))
      const title = nameOf(path).replace(/\.\w+$/, '')
      this.sounds.unshift({ ...sound, path, name: nameOf(path), added_ms: Date.now(), tags: { ...sound.tags, title } })
      report.added.push(sound.id)
    }
    if (collection) report.added.forEach((id) => this.collection(collection).holds.add(id))
    this.listCollections()
    this.changed()
    this.host.send({ type: 'import_finished', data: { job: job.id, report } })
    this.analyse(report.added, ANALYSIS_STEPS)
  }

  private analyse(ids: string[], steps: readonly AnalysisStep[]) {
    for (const id of ids) {
      const sound = this.sounds.find((each) => each.id === id)
      if (sound) this.change(id, { analysis: { ...sound.analysis, problem: null, steps: { ...sound.analysis.steps, ...Object.fromEntries(steps.map((step) => [step, 'waiting'])) } } })
    }
    this.changed()
    const timer = setInterval(() => { if (!this.hearOne()) clearInterval(timer) }, STEP_MS)
  }

  /** Does the next step that something waits for. */
  private hearOne() {
    for (const sound of this.sounds) {
      const { steps } = sound.analysis
      const running = ANALYSIS_STEPS.find((step) => steps[step] === 'running')
      const waiting = ANALYSIS_STEPS.find((step) => steps[step] === 'waiting')
      if (running) {
        const heard = heardIn(seedOf(sound.id), sound.facts.duration ?? 0)
        const part = { peaks: {}, loudness: { loudness: heard.loudness }, rhythm: { bpm: heard.bpm, key: heard.key }, beats: {}, sounds_like: { sounds_like: heard.sounds_like } }[running]
        this.change(sound.id, { analysis: { ...sound.analysis, ...part, steps: { ...steps, [running]: 'done' } } })
        if (!waiting) this.changed()
        return true
      }
      if (waiting) {
        this.change(sound.id, { analysis: { ...sound.analysis, steps: { ...steps, [waiting]: 'running' } } })
        return true
      }
    }
    return false
  }

  private stopHearing(ids: string[], steps: AnalysisStep[]) {
    for (const sound of this.sounds.filter(({ id }) => ids.length === 0 || ids.includes(id))) {
      const open = ANALYSIS_STEPS.filter((step) => (steps.length === 0 || steps.includes(step)) && ['waiting', 'running'].includes(sound.analysis.steps[step]))
      if (open.length > 0) this.change(sound.id, { analysis: { ...sound.analysis, steps: { ...sound.analysis.steps, ...Object.fromEntries(open.map((step) => [step, 'cancelled'])) } } })
    }
    this.changed()
  }

  private retag(ids: string[], change: TagChange) {
    for (const id of ids) {
      const { tags } = this.sound(id)
      const { year, ...texts } = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null && value !== undefined)) as TagChange
      this.change(id, { tags: { ...tags, ...(texts as Partial<typeof tags>), ...(year === undefined ? {} : { year: year || null }) } })
    }
  }

  private relink(id: string, path: string) {
    this.change(id, { path, name: nameOf(path), state: 'present' })
    this.changed()
  }

  calls(): Partial<Ipc> {
    return {
      searchLibrary: (query) => this.answer(() => this.search(query)),
      getLibraryStatus: async () => this.status(),
      getSound: async (id) => copy(this.sound(id)),
      verifySound: (id) => this.answer(() => verificationOf(this.sound(id).tags.comment)),
      previewImport: (paths) => this.answer(() => {
        const { refused, good } = this.judge(paths)
        const first = good.slice(0, 6).map((path, index) => ({ path, name: nameOf(path), facts: makeSound(index + 2, 0).facts }))
        return { sounds: good.length, bytes: good.length * 31_400_000, first, refused, refused_total: refused.length, more: false }
      }),
      importSounds: async (paths, collection) => this.host.startJob({ kind: 'import_sounds', paths, collection }, (job) => this.finishImport(job, paths, collection)),
      removeSounds: async (ids) => {
        const gone = new Set(ids)
        this.sounds = this.sounds.filter(({ id }) => !gone.has(id))
        this.collections.forEach(({ holds }) => ids.forEach((id) => holds.delete(id)))
        this.listCollections()
        this.changed()
      },
      rateSounds: async (ids, rating) => ids.forEach((id) => this.change(id, { rating })),
      editTags: async (ids, change) => this.retag(ids, change),
      getCover: async (id) => coverOf(seedOf(id)),
      setCover: async (id, picture) => this.change(id, { has_cover: picture !== null }),
      ...this.seeing.calls(),
      analyseSounds: async (ids, steps) => this.analyse(ids.length ? ids : this.sounds.map(({ id }) => id), steps.length ? steps : ANALYSIS_STEPS),
      cancelAnalysis: async (ids, steps) => this.stopHearing(ids, steps),
      checkLibrary: async () => this.status(),
      relinkSound: async (id, path) => this.relink(id, path),
      relinkSounds: async (folder) => this.host.startJob({ kind: 'relink_sounds', folder }, () => {
        this.sounds.filter(({ state }) => state === 'missing').forEach((sound) => this.relink(sound.id, `${folder}/${sound.name}`))
      }),
      ...this.collectionCalls(),
    }
  }

  private collectionCalls(): Partial<Ipc> {
    return {
      listCollections: async () => this.list(),
      createCollection: async (name) => {
        const id = `collection-${Date.now()}-${this.collections.length}`
        this.collections.push({ id, name, sounds: 0, holds: new Set() })
        this.listCollections()
        return id
      },
      renameCollection: async (id, name) => { this.collection(id).name = name; this.listCollections() },
      deleteCollection: async (id) => { this.collections = this.collections.filter((each) => each.id !== id); this.listCollections() },
      addToCollection: async (id, sounds) => { sounds.forEach((sound) => this.collection(id).holds.add(sound)); this.listCollections(); this.changed() },
      removeFromCollection: async (id, sounds) => { sounds.forEach((sound) => this.collection(id).holds.delete(sound)); this.listCollections(); this.changed() },
    }
  }
}
