import type { Change, Conflict, HistoryReport, Job, MergeStatus, Occasion, Project, PrunePlan, PruneRules, QueueEntry, Side, SoundComparison, StoreCopy, StudioEvent, Timeline, Version, VersionComparison, VersionId, Work } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import { waveBetween } from './hearing'
import { branchesOf, CONFLICTS, longPast, makePast } from './past'
import { seedOfVersion } from './player'

type Host = {
  send: (event: StudioEvent) => void
  startJob: (work: Work, finish: (job: Job) => void) => string
  project: () => Project
  /** An undoable step; `undone` hears that it was taken back. */
  step: (step: 'merge' | 'restore', subject: string, undone: () => void) => void
  play: (entries: QueueEntry[], gains: [number, number] | null, side?: Side) => void
}

const DAY_MS = 86_400_000
const SECONDS = 184
const SLOW_MS = 900
const LONG = 5000
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const plainOf = (id: number) => (((id + 9001) * 2246822519) >>> 0).toString(16).padStart(8, '0').repeat(8)

/** What has changed since the last version that was kept. */
const UNKEPT: Change[] = [
  { kind: 'mixer', track: 'drums', name: 'Dembow kit', control: 'fader', before: { unit: 'db', value: 0 }, after: { unit: 'db', value: -2.5 } },
  { kind: 'notes', track: 'bass', name: '808', added: 12, removed: 0, changed: 0, before: [], after: [{ first: 5, last: 8 }] }, { kind: 'lyrics', added: 5, removed: 2 },
]

const LYRICS: VersionComparison['comparison']['lyrics'] = [
  { found: 'in_both', text: 'Sube la noche por' }, { found: 'before', text: 'la azotea' }, { found: 'after', text: 'tu azotea, nadie nos mira' },
  { found: 'in_both', text: 'la ciudad se apaga despacio y el humo dibuja las letras que no supe decir cuando aún era temprano' }, { found: 'before', text: 'y fría' }, { found: 'after', text: 'y queda el mar' },
]

/**
 * The past of the project in memory. `?history=empty`, `slow`, `failing` (can be read at the second time), `problem`,
 * `long`, `damaged`; `?merge` begins with conflicts, `?outside` with files that another program changed.
 */
export class FakeHistory {
  private versions: Version[]
  private branch = 'main'
  private head: VersionId | null
  private changed = true
  private merge: MergeStatus | null = null
  private copies: StoreCopy[] = []
  private failed = 0
  private count = 0
  private readonly kind: string

  constructor(private readonly query: URLSearchParams, private readonly host: Host) {
    this.kind = query.get('history') ?? ''
    const past = this.kind === 'empty' ? { versions: [] } : this.kind === 'long' ? longPast(LONG, Date.now()) : makePast(Date.now())
    this.versions = past.versions
    this.head = [...this.versions].reverse().find(({ branch }) => branch === 'main')?.id ?? null
    this.changed = this.versions.length > 0
    if (query.has('merge')) this.merge = { branch: 'película', conflicts: copy(CONFLICTS), kept_beside: ['stems/voice dry (película).wav'], last: true }
    if (query.has('copies')) this.copies = this.someCopies()
  }

  private someCopies(): StoreCopy[] {
    return [
      { id: 'copy-1', place: { kind: 'folder', path: '/media/lucia/Disco azul/Son1k' }, synced_ms: Date.now() - 2 * DAY_MS, problem: null },
      { id: 'copy-2', place: { kind: 's3', endpoint: '', region: 'eu-west-1', bucket: 'lucia-songs', prefix: 'studio', access_key: 'AKIA' }, synced_ms: Date.now() - 9 * DAY_MS, problem: { code: 'unwritable', message: 'could not reach the bucket', hint: 'Check the connection, then try again.' } },
    ]
  }

  private timeline(): Timeline {
    const branches = branchesOf(this.versions)
    return {
      project: this.host.project().id, versions: [...this.versions].sort((a, b) => b.time_ms - a.time_ms), branches: [...branches.filter(({ name }) => name === this.branch), ...branches.filter(({ name }) => name !== this.branch)],
      branch: this.branch, head: this.head, changed: this.changed, store_bytes: 1.34e9, store: '/home/music/.local/share/son1k/history',
      problem: this.kind === 'problem' ? { code: 'disk_full', message: 'no version can be kept: the disk is full', hint: 'Free some space, or thin out automatic versions.' } : null,
    }
  }
  private tell() {
    this.host.send({ type: 'timeline_changed', data: this.timeline() })
  }
  private tellMerge() {
    this.host.send({ type: 'merge_changed', data: this.merge })
  }

  private find(id: VersionId): Version {
    const found = this.versions.find((version) => version.id === id)
    if (!found) throw new AppError('not_found', 'could not find this version', 'It may have been let go.')
    return found
  }

  private keep(message: string, occasion: Occasion, parents = this.head ? [this.head] : [], foremost: Change[] = []): VersionId {
    const id = plainOf(this.count++)
    this.versions.push({
      id, message, occasion, branch: this.branch, author: 'Lucía Ferrer', time_ms: Date.now() + this.count, parents, starred: false, files: 16, bytes: 3.1e8, added_bytes: 18_400, changes: foremost.length, foremost,
    })
    this.head = id
    this.changed = false
    this.tell()
    return id
  }

  private compare(before: VersionId, after: VersionId | null): VersionComparison {
    const [one, other] = [this.find(before), after ? this.find(after) : null]
    const between = this.versions.filter(({ time_ms: time }) => time > Math.min(one.time_ms, other?.time_ms ?? Infinity) && time <= Math.max(one.time_ms, other?.time_ms ?? Infinity))
    const seen = new Map<string, Change>()
    for (const change of between.slice(-7).flatMap(({ foremost }) => foremost)) seen.set(JSON.stringify(change), change)
    if (after === null && this.changed) for (const change of UNKEPT) seen.set(JSON.stringify(change), change)
    const changes = [...seen.values()]
    const files = between.length > 3 || other?.occasion === 'outside' ? [{ path: 'stems/voice dry.wav', before: 41.2e6, after: 42.9e6 }, { path: 'stems/rain.wav', before: null, after: 12.4e6 }] : []
    return { before, after, comparison: { changes, lyrics: changes.some(({ kind }) => kind === 'lyrics') ? LYRICS : [] }, files }
  }

  private heard(id: VersionId | null): SoundComparison['before'] {
    const seed = seedOfVersion(id)
    return {
      duration: SECONDS + (seed % 9), loudness: -14 - (seed % 5) * 0.4, true_peak: -1 - (seed % 7) * 0.2, wave: waveBetween(seed, SECONDS, 0, SECONDS, 240),
      spectrum: Array.from({ length: 48 }, (_, band) => -38 - band * 0.7 + Math.sin(band * 0.6 + seed) * 4),
    }
  }

  private entry(id: VersionId | null): QueueEntry {
    return { sound: null, version: id, name: id ? this.find(id).message : '', duration: SECONDS }
  }

  private plan(rules: PruneRules): PrunePlan {
    const tips = new Set(branchesOf(this.versions).map(({ tip }) => tip))
    const old = this.versions.filter((version) => version.message === '' && !version.starred && !tips.has(version.id) && version.parents.length < 2 && version.occasion !== 'branch' && Date.now() - version.time_ms > DAY_MS)
    const kept = Math.max(1, Math.round((rules.hourly_days + rules.daily_days) / 12))
    const gone = old.filter((_, index) => index % (kept + 1) !== 0)
    return { rules, versions: gone.map((version) => ({ version: version.id, freed: version.added_bytes })), freed: gone.reduce((sum, version) => sum + version.added_bytes * 1.6, 0) }
  }

  private report(readData: boolean): HistoryReport {
    const [one, other] = [this.versions.at(-4)?.id, this.versions[9]?.id]
    const damage = this.kind === 'damaged' && one && other ? [{ file: 'data/3f/3fa8…', missing: false, touched: [{ version: one, path: 'stems/voice dry.wav' }, { version: other, path: null }] }, { file: 'data/c1/c10b…', missing: true, touched: [] }] : []
    return { versions: this.versions.length, packs: 84, read: readData ? 1.34e9 : 2.1e6, damage }
  }

  private resolve(conflict: Conflict, choice: Conflict['kept']) {
    if (!this.merge) throw new AppError('not_found', 'there is no merge to decide', '')
    for (const each of this.merge.conflicts) if (each.path.join() === conflict.path.join()) each.kept = choice
    this.tellMerge()
  }

  private mergeBranch(name: string) {
    const theirs = branchesOf(this.versions).find((branch) => branch.name === name)
    if (!theirs) throw new AppError('not_found', `could not find the branch ${name}`, '')
    const [versions, head] = [copy(this.versions), this.head]
    this.host.step('merge', name, () => {
      Object.assign(this, { versions, head, merge: null, changed: true })
      this.tell()
      this.tellMerge()
    })
    this.keep('', 'before')
    this.keep('', 'merge', [this.head!, theirs.tip], this.find(theirs.tip).foremost)
    this.merge = { branch: name, conflicts: name === 'película' ? copy(CONFLICTS) : [], kept_beside: name === 'película' ? ['stems/voice dry (película).wav'] : [], last: true }
    this.tellMerge()
  }

  calls(): Partial<Ipc> {
    return { ...this.versionCalls(), ...this.branchCalls(), ...this.upkeepCalls() }
  }

  private versionCalls(): Partial<Ipc> {
    return {
      getTimeline: async () => {
        if (this.kind === 'slow') await wait(SLOW_MS)
        if (this.kind === 'failing' && this.failed++ === 0) throw new AppError('busy', 'could not open the store of versions', 'Another studio uses it. Close it, then try again.')
        if (this.query.has('outside')) setTimeout(() => this.host.send({ type: 'project_files_changed', data: { paths: ['stems/voice dry.wav', 'stems/rain.wav'] } }), 400)
        return copy(this.timeline())
      },
      saveVersion: async (message) => this.keep(message, 'named'),
      suggestMessage: async () => 'Dembow kit −2.5 dB, 12 notes added to 808 in bars 5–8',
      nameVersion: async (id, message) => { Object.assign(this.find(id), { message, occasion: message ? 'named' : this.find(id).occasion }); this.tell() },
      starVersion: async (id, starred) => { this.find(id).starred = starred; this.tell() },
      restoreVersion: async (id) => { this.find(id); await wait(300); this.keep('', 'before'); this.changed = true; this.tell() },
      restorePart: async (id, part) => { this.find(id); this.host.step('restore', part.kind, () => undefined); this.changed = true; this.tell() },
      restoreFile: async (id) => { this.find(id); this.changed = true; this.tell() },
      listVersionFiles: async (id) => {
        this.find(id)
        // The document and its assets are no files that one takes by themselves.
        return ['stems/voice dry.wav', 'stems/voice double.wav', 'stems/rain.wav', 'notes.txt'].map((path, index) => ({ path, before: null, after: (index + 1) * 3.4e6 }))
      },
      compareVersions: async (before, after) => copy(this.compare(before, after)),
      compareSound: async (before, after) => { await wait(SLOW_MS); return { before: this.heard(before), after: this.heard(after) } },
      getVersionWave: async (id, buckets) => { const version = this.find(id); return version.foremost.length === 0 && version.occasion === 'outside' ? null : waveBetween(seedOfVersion(id), SECONDS, 0, SECONDS, buckets) },
      playVersion: async (id) => this.host.play([this.entry(id)], null),
      auditionVersions: async (before, after) => {
        const levels = [this.heard(before).loudness!, this.heard(after).loudness!] as const
        const quieter = Math.min(...levels)
        this.host.play([this.entry(before), this.entry(after)], [quieter - levels[0], quieter - levels[1]])
      },
      keepOutsideChange: async (message) => this.keep(message, 'outside'),
    }
  }

  private branchCalls(): Partial<Ipc> {
    return {
      makeBranch: async (name, from) => {
        this.head = from ?? this.head
        this.branch = name
        this.keep('', 'branch')
      },
      switchBranch: async (name) => {
        const found = branchesOf(this.versions).find((branch) => branch.name === name)
        if (!found) throw new AppError('not_found', `could not find the branch ${name}`, '')
        if (this.changed) this.keep('', 'before')
        await wait(300)
        this.branch = name
        this.head = found.tip
        this.changed = false
        this.tell()
      },
      mergeBranch: async (name) => { await wait(300); this.mergeBranch(name) },
      getMerge: async () => copy(this.merge),
      resolveConflict: async (conflict, choice) => this.resolve(conflict, choice),
      hearConflict: async (_, choice) => { await wait(500); this.host.play([this.entry(null), this.entry(null)], [0, 0], choice === 'ours' ? 'a' : 'b') },
    }
  }

  private upkeepCalls(): Partial<Ipc> {
    return {
      getPrunePlan: async (rules) => copy(this.plan(rules)),
      pruneHistory: async (rules) => this.host.startJob({ kind: 'prune_history', project: this.host.project().id, rules }, () => {
        const gone = new Map(this.plan(rules).versions.map(({ version }) => [version, this.find(version).parents]))
        const standing = (id: VersionId): VersionId[] => (gone.has(id) ? gone.get(id)!.flatMap(standing) : [id])
        this.versions = this.versions.filter(({ id }) => !gone.has(id)).map((version) => ({ ...version, parents: version.parents.flatMap(standing) }))
        this.tell()
      }),
      checkHistory: async (readData) => this.host.startJob({ kind: 'check_history', read_data: readData }, () => this.host.send({ type: 'history_checked', data: this.report(readData) })),
      mendHistory: async () => this.host.startJob({ kind: 'mend_history' }, () => this.tell()),
      listCopies: async () => copy(this.copies),
      addCopy: async (place) => {
        await wait(300)
        if (place.kind === 's3' && place.access_key === 'wrong') throw new AppError('unwritable', 'the bucket did not let the studio in', 'Check both keys.')
        const id = `copy-${this.copies.length + 1}`
        this.copies.push({ id, place, synced_ms: null, problem: null })
        this.host.send({ type: 'copies_listed', data: this.copies })
        return id
      },
      removeCopy: async (id) => { this.copies = this.copies.filter((each) => each.id !== id); this.host.send({ type: 'copies_listed', data: this.copies }) },
      syncCopy: async (id) => this.host.startJob({ kind: 'sync_copy', copy: id }, () => {
        for (const each of this.copies) if (each.id === id) Object.assign(each, { synced_ms: Date.now(), problem: null })
        this.host.send({ type: 'copies_listed', data: this.copies })
      }),
      restoreFromCopy: async () => { await wait(300); this.tell() },
      saveRecoverySheet: async () => undefined,
    }
  }
}
