import type {
  Job, Language, Project, ProjectInfo, Request, Score, Settings, Step, Strip, StudioEvent, Work,
} from '@/domain'
import type { Drag, Ipc } from '../contract'
import { AppError } from '../error'
import { checks, makeSong, settings as defaultSettings, shelf as defaultShelf } from './fixtures'
import { FakeCleaning } from './cleaning'
import { FakeHistory } from './history'
import { FakeLibrary } from './library'
import { FakeMastering } from './mastering'
import { FakePlayer } from './player'
import { FakeProfiles } from './profiles'
import { FakeLive } from './live'
import { FakeRecorder } from './recorder'
import { FakeVoice } from './voice'
import { randomFrom } from './song'
import { frameAt, peaksOf, secondsOf } from './sound'
import { PALETTE, understand } from './understanding'

const WORK_STAGES = { export: 'encoding', fetch_model: 'downloading', import_sounds: 'importing', analyse_sounds: 'analysing', relink_sounds: 'searching', master: 'mastering', clean: 'cleaning', split: 'cleaning', hear_notes: 'analysing', speak: 'speaking', hear_speech: 'listening', modulate: 'modulating', modulate_toward: 'modulating', put_on_track: 'rendering', find_closest: 'matching', prune_history: 'pruning', check_history: 'checking', mend_history: 'saving', sync_copy: 'copying' } as const
const STAGES = ['understanding', 'composing', 'rendering', 'mastering', 'checking', 'saving'] as const
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/**
 * A studio in memory: for tests, and for a page opened in a plain browser during development.
 * `?fake=demo` starts with takes, `?fake=mute` without an output device; `?lang=es` in Spanish. The library has
 * switches of its own, see `FakeLibrary`.
 */
export function createFake(query = new URLSearchParams()): Ipc {
  return new FakeStudio(query).calls()
}

/** What undo takes back; some of it is more than the project knows. */
type PastStep = { step: Step; subject: string; before: Project; undone?: () => void }

class FakeStudio {
  private readonly kind: string
  private readonly listeners = new Set<(event: StudioEvent) => void>()
  private readonly scores = new Map<string, Score>()
  private readonly past: PastStep[] = []
  private readonly future: PastStep[] = []
  private gesture = -1
  private jobs: Job[] = []
  private settings: Settings
  private shelf = defaultShelf()
  private project: Project = blankProject('project-1', 'Noche en la azotea')
  private projects: ProjectInfo[] = [
    { id: 'project-1', name: 'Noche en la azotea', folder: '/music/Noche en la azotea', modified_ms: Date.now() - 60_000 },
    { id: 'project-2', name: 'Paper moons', folder: '/music/Paper moons', modified_ms: Date.now() - 86_400_000 * 2 },
  ]
  private seed: () => number
  private count = 0
  private readonly library: FakeLibrary
  private readonly tools: { calls: () => Partial<Ipc> }[]
  private readonly player: FakePlayer

  constructor(query: URLSearchParams) {
    this.kind = query.get('fake') ?? ''
    this.settings = defaultSettings((query.get('lang') as Language | null) ?? 'en')
    this.seed = randomFrom(7)
    this.library = new FakeLibrary(query, { send: (event) => this.send(event), startJob: (work, finish) => this.startJob(work, finish) })
    this.player = new FakePlayer({
      send: (event) => this.send(event), sound: (id) => this.library.sound(id), levels: (position, playing) => frameAt(this.project.arrangement, this.project.mixer, position, playing),
    })
    this.tools = this.makeTools(query)
    if (this.kind === 'mute') this.player.mute()
    if (this.kind === 'demo' || this.kind === 'mute') this.addDemo()
  }

  private makeTools(query: URLSearchParams) {
    const { library } = this
    const send = (event: StudioEvent) => this.send(event)
    const step = (name: Step, subject: string, undone: () => void) => { this.edit(name, subject, () => undefined); this.past.at(-1)!.undone = undone }
    const addMade = (path: string, duration: number) => library.addMade(path, duration)
    const profiles = new FakeProfiles(query, { send, startJob: (work, finish) => this.startJob(work, finish), sound: (id) => library.sound(id), shelf: () => this.shelf, player: () => this.player })
    const voice = new FakeVoice(query, { send, addMade, profiles, startJob: (work, finish) => this.startJob(work, finish), sound: (id) => library.sound(id), shelf: () => this.shelf, player: () => this.player, project: () => this.project })
    return [
      profiles,
      new FakeHistory(query, { send, step, startJob: (work, finish) => this.startJob(work, finish), project: () => this.project, play: (entries, gains, side) => this.player.beginVersions(entries, gains, side) }),
      new FakeRecorder(query, { send, addMade, spanish: () => this.settings.language === 'es' }),
      new FakeMastering({ send, startJob: (work, finish, step) => this.startJob(work, finish, step), soundAt: (path) => library.soundAt(path), addMade }),
      voice,
      new FakeLive(query, { send, addMade, need: (...models) => voice.need(...models), keep: (transcript) => voice.keep(transcript) }),
      new FakeCleaning(query, { send, addMade, startJob: (work, finish) => this.startJob(work, finish), sound: (id) => library.sound(id), shelf: () => this.shelf }),
    ]
  }

  private addDemo() {
    const prompts: [Partial<Request>, number][] = [
      [{ prompt: 'happy pop with piano and guitar, 112 bpm' }, 20],
      [{ prompt: 'Reggaetón oscuro en la menor, 94 bpm, sin piano, con lluvia' }, 17],
      [{ prompt: 'Reggaetón oscuro en la menor, 94 bpm, sin piano, con lluvia', variations: 2 }, 42],
    ]
    prompts.forEach(([asked, seed], index) => this.addTake(asked, seed, Date.now() - (prompts.length - index) * 400_000))
    this.project.takes[0]!.starred = true
    this.project.saved = true
    this.use(this.project.takes[0]!.id)
  }

  private addTake(asked: Partial<Request>, seed: number, at = Date.now()) {
    const song = makeSong(asked, seed, at)
    this.scores.set(song.take.id, song.score)
    this.project.takes.unshift(song.take)
    this.project.saved = false
    return song.take
  }

  private use(id: string) {
    const score = this.scores.get(id)
    if (!score) throw new AppError('not_found', 'could not find this take', '')
    this.project.current = id
    this.project.arrangement = score
    this.project.mixer = score.tracks.map((track): Strip => ({ track: track.id, level: 0, pan: 0, mute: false, solo: false }))
    this.player.putTake(id, secondsOf(score, score.length))
  }

  private send(event: StudioEvent) {
    for (const listener of this.listeners) listener(copy(event))
  }

  private sendProject() {
    this.project.undo = this.past.at(-1) ?? null
    this.project.redo = this.future.at(-1) ?? null
    const { undo, redo } = this.project
    this.project.undo = undo && { step: undo.step, subject: undo.subject }
    this.project.redo = redo && { step: redo.step, subject: redo.subject }
    this.send({ type: 'project_changed', data: this.project })
  }

  private sendMixer() {
    const { mixer, undo, redo, saved } = this.project
    this.send({ type: 'mixer_changed', data: { mixer, undo, redo, saved } })
  }

  private edit(step: Step, subject: string, change: () => void) {
    this.past.push({ step, subject, before: copy(this.project) })
    this.future.length = 0
    change()
    this.project.saved = false
    this.sendProject()
  }

  private travel(from: typeof this.past, to: typeof this.past) {
    const step = from.pop()
    if (!step) return
    to.push({ step: step.step, subject: step.subject, before: copy(this.project) })
    this.project = { ...step.before, saved: false }
    if (from === this.past) step.undone?.()
    this.sendProject()
  }

  private startJob(work: Work, finish: (job: Job) => void, step?: (job: Job) => void): string {
    this.count += 1
    const job: Job = { id: `job-${this.count}`, work, priority: 'pro', state: 'queued', stage: 'waiting', progress: 0, attempt: 1, problem: null, created_ms: Date.now(), started_ms: null, finished_ms: null }
    this.jobs.unshift(job)
    this.send({ type: 'job_changed', data: job })
    this.advance(job, finish, step)
    return job.id
  }

  private advance(job: Job, finish: (job: Job) => void, step?: (job: Job) => void) {
    const timer = setInterval(() => {
      if (job.state === 'cancelled') return clearInterval(timer)
      if (job.state === 'paused') return
      job.state = 'running'
      job.started_ms ??= Date.now()
      job.progress = Math.min(1, job.progress + 0.02)
      const stages = job.work.kind === 'generate' ? STAGES : [WORK_STAGES[job.work.kind]]
      job.stage = stages[Math.min(stages.length - 1, Math.floor(job.progress * stages.length))]!
      step?.(job)
      if (job.progress >= 1) {
        clearInterval(timer)
        job.state = 'done'
        job.finished_ms = Date.now()
        finish(job)
      }
      this.send({ type: 'job_changed', data: job })
    }, 80)
  }

  private generate(request: Request): string {
    understand(request)
    return this.startJob({ kind: 'generate', project: this.project.id, request }, () => {
      for (let index = 0; index < request.variations; index++) {
        const take = this.addTake(request, (request.seed ?? Math.floor(this.seed() * 1e6)) + index)
        this.past.push({ step: 'add_take', subject: take.title, before: copy(this.project) })
      }
      this.use(this.project.takes[0]!.id)
      this.sendProject()
      this.player.tell()
    })
  }

  private setJob(id: string, change: Partial<Job>) {
    const job = this.jobs.find((each) => each.id === id)
    if (!job) throw new AppError('not_found', 'could not find this job', '')
    Object.assign(job, change)
    this.send({ type: 'job_changed', data: job })
  }

  private openProject(info: ProjectInfo) {
    this.project = blankProject(info.id, info.name)
    this.past.length = this.future.length = 0
    this.player.putTake(null, 0)
    this.sendProject()
    this.player.tell()
  }

  private take(id: string) {
    const take = this.project.takes.find((each) => each.id === id)
    if (!take) throw new AppError('not_found', 'could not find this take', '')
    return take
  }

  calls(): Ipc {
    return { ...this.basics(), ...this.work(), ...this.projectCalls(), ...this.transportCalls(), ...this.windowCalls(), ...this.library.calls(), ...Object.assign({}, ...this.tools.map((tool) => tool.calls())) } as Ipc
  }

  private basics(): Partial<Ipc> {
    return {
      welcome: async () => ({ version: '0.1.0', language: this.settings.language ?? 'en', notices: [], logs: '/home/music/.local/state/son1k/logs' }),
      getSettings: async () => copy(this.settings),
      saveSettings: async (settings) => { this.settings = copy(settings); this.send({ type: 'settings_changed', data: this.settings }) },
      getPalette: async () => PALETTE,
      getShelf: async () => copy(this.shelf),
      getCacheStats: async () => ({ entries: 12, bytes: 412 * 2 ** 20, limit_bytes: 4 * 2 ** 30, hits: 7, misses: 12 }),
      clearCache: async () => undefined,
      runDoctor: async () => checks(),
      listOutputDevices: async () => ['Studio monitors', 'Headphones (USB)', 'HDMI'],
      fetchModel: async (id) => this.startJob({ kind: 'fetch_model', model: id }, () => {
        this.shelf.models.find((model) => model.id === id)!.state = { state: 'ready' }
        this.send({ type: 'shelf_changed', data: this.shelf })
      }),
    }
  }

  private work(): Partial<Ipc> {
    return {
      understand: async (request) => understand(request),
      generate: async (request) => this.generate(copy(request)),
      exportTake: async (take, format, path) => this.startJob({ kind: 'export', project: this.project.id, take, format, path }, () => undefined),
      listJobs: async () => copy(this.jobs),
      cancelJob: async (id) => this.setJob(id, { state: 'cancelled', finished_ms: Date.now() }),
      pauseJob: async (id) => this.setJob(id, { state: 'paused' }),
      resumeJob: async (id) => this.setJob(id, { state: 'queued' }),
      retryJob: async (id) => {
        this.setJob(id, { state: 'queued', progress: 0, problem: null, stage: 'waiting' })
        this.advance(this.jobs.find((job) => job.id === id)!, () => undefined)
      },
      setJobPriority: async (id, priority) => this.setJob(id, { priority }),
      clearFinishedJobs: async () => {
        const gone = this.jobs.filter((job) => ['done', 'failed', 'cancelled'].includes(job.state))
        this.jobs = this.jobs.filter((job) => !gone.includes(job))
        gone.forEach((job) => this.send({ type: 'job_removed', data: job.id }))
      },
    }
  }

  private projectCalls(): Partial<Ipc> {
    return {
      listProjects: async () => copy(this.projects),
      newProject: async (name) => {
        const info = { id: `project-${this.projects.length + 1}`, name: name ?? 'Untitled', folder: `/music/${name ?? 'Untitled'}`, modified_ms: Date.now() }
        this.projects.unshift(info)
        this.send({ type: 'projects_listed', data: this.projects })
        this.openProject(info)
        return info.id
      },
      openProject: async (id) => this.openProject(this.projects.find((info) => info.id === id)!),
      openProjectFolder: async () => this.openProject(this.projects[1]!),
      getProject: async () => copy(this.project),
      renameProject: async (name) => this.edit('rename_project', name, () => { this.project.name = name }),
      setLyrics: async (text) => this.edit('lyrics', '', () => { this.project.lyrics = text }),
      useTake: async (id) => { this.edit('use_take', this.take(id).title, () => this.use(id)); this.player.tell() },
      starTake: async (id, starred) => this.edit('star_take', this.take(id).title, () => { this.take(id).starred = starred }),
      renameTake: async (id, title) => this.edit('rename_take', title, () => { this.take(id).title = title }),
      deleteTake: async (id) => this.edit('delete_take', this.take(id).title, () => {
        this.project.takes = this.project.takes.filter((take) => take.id !== id)
      }),
      setStrip: async (track, change, gesture) => this.setStrip(track, change, gesture),
      undo: async () => this.travel(this.past, this.future),
      redo: async () => this.travel(this.future, this.past),
      getPeaks: async (take, buckets) => peaksOf(this.scores.get(take)!, buckets),
    }
  }

  private setStrip(track: string, change: { kind: string; value: number | boolean }, gesture: number) {
    const apply = () => {
      const strip = this.project.mixer.find((each) => each.track === track)
      if (strip) Object.assign(strip, { [change.kind]: change.value })
    }
    if (gesture === this.gesture) { apply(); this.sendMixer() }
    else this.edit(change.kind as Step, track, apply)
    this.gesture = gesture
  }

  private transportCalls(): Partial<Ipc> {
    return {
      loadTake: async (id) => {
        const score = this.scores.get(this.take(id).id)
        if (score && this.player.now.take !== id) this.player.putTake(id, secondsOf(score, score.length))
        this.player.tell()
      },
      ...this.player.calls(),
    }
  }

  private windowCalls(): Partial<Ipc> {
    return {
      checkDrop: async (paths) => paths.map((path) => ({ path, name: path.split('/').at(-1)!, accepted_as: path.endsWith('.txt') ? 'lyrics' as const : null, problem: path.endsWith('.txt') ? null : { code: 'unsupported_file' as const, message: 'this kind of file cannot be used here', hint: 'Drop a text file or a project folder.' } })),
      readLyricsFile: async () => 'Sube la noche por la azotea…',
      pickSavePath: async (name) => `/home/music/${name}`,
      pickFolder: async () => '/music/Paper moons',
      pickFile: async () => '/home/music/Encontrado/found again.wav',
      pickFiles: async () => ['kick 909', 'snare room', 'vox dry'].map((name) => `/home/music/Nuevo/${name} ${this.count}.wav`).concat('/home/music/Nuevo/broken take.wav', '/home/music/Nuevo/notes.pdf'),
      openFolder: async () => undefined,
      revealFile: async () => undefined,
      onEvent: async (apply) => { this.listeners.add(apply); return () => this.listeners.delete(apply) },
      onDrag: async (tell) => watchDrags(tell),
    }
  }
}

/** A browser names dragged files only once they are dropped, and never says where they are. */
function watchDrags(tell: (drag: Drag) => void) {
  if (typeof window === 'undefined') return () => undefined
  const leaving = new AbortController()
  const listen = (kind: string, answer: (event: DragEvent) => void) =>
    window.addEventListener(kind, (event) => { event.preventDefault(); answer(event as DragEvent) }, { signal: leaving.signal })
  let entered = false
  listen('dragenter', () => { if (!entered) tell({ kind: 'entered', paths: ['kick 909.wav', 'Field notes', 'notes.pdf'].map((name) => `/dropped/${name}`) }); entered = true })
  listen('dragover', () => tell({ kind: 'over' }))
  listen('dragleave', (event) => { if (event.relatedTarget === null) { entered = false; tell({ kind: 'left' }) } })
  listen('drop', (event) => { entered = false; tell({ kind: 'dropped', paths: [...(event.dataTransfer?.files ?? [])].map(({ name }) => `/dropped/${name}`) }) })
  return () => leaving.abort()
}

function blankProject(id: string, name: string): Project {
  return { id, name, folder: `/music/${name}`, lyrics: '', takes: [], current: null, arrangement: null, mixer: [], undo: null, redo: null, saved: true }
}
