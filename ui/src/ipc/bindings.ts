// The wire as tauri-specta writes it; `tests/app/bindings.rs` regenerates this file.
import { type Channel, invoke as __TAURI_INVOKE } from '@tauri-apps/api/core'
import * as __TAURI_EVENT from '@tauri-apps/api/event'

/** Commands */
export const commands = {
  welcome: () => __TAURI_INVOKE<Welcome>('welcome'),
  getSettings: () => __TAURI_INVOKE<Settings>('get_settings'),
  saveSettings: (settings: Settings) => __TAURI_INVOKE<null>('save_settings', { settings }),
  getPalette: () => __TAURI_INVOKE<Palette>('get_palette'),
  understand: (request: Request) => __TAURI_INVOKE<Understanding>('understand', { request }),
  generate: (request: Request, priority: Priority) => __TAURI_INVOKE<JobId>('generate', { request, priority }),
  listJobs: () => __TAURI_INVOKE<Job[]>('list_jobs'),
  cancelJob: (job: JobId) => __TAURI_INVOKE<null>('cancel_job', { job }),
  retryJob: (job: JobId) => __TAURI_INVOKE<null>('retry_job', { job }),
  setJobPriority: (job: JobId, priority: Priority) => __TAURI_INVOKE<null>('set_job_priority', { job, priority }),
  clearFinishedJobs: () => __TAURI_INVOKE<null>('clear_finished_jobs'),
  listProjects: () => __TAURI_INVOKE<ProjectInfo[]>('list_projects'),
  newProject: (name: string | null) => __TAURI_INVOKE<ProjectId>('new_project', { name }),
  openProject: (project: ProjectId) => __TAURI_INVOKE<null>('open_project', { project }),
  openProjectFolder: (path: string) => __TAURI_INVOKE<ProjectId>('open_project_folder', { path }),
  getProject: () => __TAURI_INVOKE<Project>('get_project'),
  renameProject: (name: string) => __TAURI_INVOKE<null>('rename_project', { name }),
  saveProject: () => __TAURI_INVOKE<null>('save_project'),
  setLyrics: (text: string) => __TAURI_INVOKE<null>('set_lyrics', { text }),
  useTake: (take: TakeId) => __TAURI_INVOKE<null>('use_take', { take }),
  starTake: (take: TakeId, starred: boolean) => __TAURI_INVOKE<null>('star_take', { take, starred }),
  deleteTake: (take: TakeId) => __TAURI_INVOKE<null>('delete_take', { take }),
  renameTake: (take: TakeId, title: string) => __TAURI_INVOKE<null>('rename_take', { take, title }),
  setStrip: (track: TrackId, change: StripChange, gesture: number) => __TAURI_INVOKE<null>('set_strip', { track, change, gesture }),
  undo: () => __TAURI_INVOKE<boolean>('undo'),
  redo: () => __TAURI_INVOKE<boolean>('redo'),
  getPeaks: (take: TakeId, buckets: number) => __TAURI_INVOKE<Peaks>('get_peaks', { take, buckets }),
  exportTake: (take: TakeId, format: ExportFormat, path: string) => __TAURI_INVOKE<JobId>('export_take', { take, format, path }),
  loadTake: (take: TakeId) => __TAURI_INVOKE<null>('load_take', { take }),
  play: () => __TAURI_INVOKE<null>('play'),
  pause: () => __TAURI_INVOKE<null>('pause'),
  stop: () => __TAURI_INVOKE<null>('stop'),
  seek: (position: Seconds) => __TAURI_INVOKE<null>('seek', { position }),
  setVolume: (volume: number) => __TAURI_INVOKE<null>('set_volume', { volume }),
  listOutputDevices: () => __TAURI_INVOKE<string[]>('list_output_devices'),
  getPlayback: () => __TAURI_INVOKE<Playback>('get_playback'),
  watchMeters: (frames: Channel<MeterFrame>) => __TAURI_INVOKE<null>('watch_meters', { frames }),
  getShelf: () => __TAURI_INVOKE<Shelf>('get_shelf'),
  fetchModel: (model: ModelId) => __TAURI_INVOKE<JobId>('fetch_model', { model }),
  getCacheStats: () => __TAURI_INVOKE<CacheStats>('get_cache_stats'),
  clearCache: (olderThanHours: number | null) => __TAURI_INVOKE<null>('clear_cache', { olderThanHours }),
  runDoctor: () => __TAURI_INVOKE<Check[]>('run_doctor'),
  checkDrop: (paths: string[]) => __TAURI_INVOKE<DropVerdict[]>('check_drop', { paths }),
  readLyricsFile: (path: string) => __TAURI_INVOKE<string>('read_lyrics_file', { path }),
}

/** Events */
export const events = {
  studioEvent: makeEvent<StudioEvent>('studio-event'),
}

/* Types */
export type CommandError = { code: ErrorCode; message: string; hint: string }
export type AssetId = string
export type JobId = string
export type ModelId = string
export type ProjectId = string
export type SectionId = string
export type TakeId = string
export type TrackId = string
export type Bpm = number
export type Db = number
export type Dbtp = number
export type Hertz = number
export type Lufs = number
export type Pan = number
export type Seconds = number
export type Ticks = number
export type PitchClass = number

export type StudioEvent = Event
export type Event =
  | { type: 'job_changed'; data: Job }
  | { type: 'job_removed'; data: JobId }
  | { type: 'project_changed'; data: Project }
  | { type: 'projects_listed'; data: ProjectInfo[] }
  | { type: 'playback_changed'; data: Playback }
  | { type: 'shelf_changed'; data: Shelf }
  | { type: 'settings_changed'; data: Settings }
  | { type: 'problem_found'; data: Problem }

export type Mode = 'major' | 'minor' | 'dorian' | 'phrygian' | 'lydian' | 'mixolydian'
export type Key = { tonic: PitchClass; mode: Mode }
export type Meter = { beats: number; unit: number }

export type Request = {
  prompt?: string
  lyrics?: string
  style?: string | null
  bpm?: Bpm | null
  key?: Key | null
  meter?: Meter | null
  duration?: Seconds | null
  seed?: number | null
  variations?: number
  instruments?: string[]
  without?: string[]
  moods?: string[]
}
export type ChipKind = 'style' | 'tempo' | 'key' | 'meter' | 'length' | 'mood' | 'instrument' | 'without'
export type ChipSource = 'field' | 'prompt' | 'chosen'
export type Chip = { kind: ChipKind; value: string; source: ChipSource; words: string }
export type Understanding = { chips: Chip[]; not_understood: string[]; brief: Brief }
export type Brief = { title: string; style: string; bpm: Bpm; key: Key; meter: Meter; duration: Seconds; moods: string[]; instruments: string[]; without: string[] }
export type StyleInfo = { id: string; name_en: string; name_es: string; bpm_min: Bpm; bpm_max: Bpm; bpm_typical: Bpm; duration_typical: Seconds }
export type Palette = { styles: StyleInfo[]; moods: string[]; instruments: string[] }

export type Work =
  | { kind: 'generate'; project: ProjectId; request: Request }
  | { kind: 'export'; project: ProjectId; take: TakeId; format: ExportFormat; path: string }
  | { kind: 'fetch_model'; model: ModelId }
export type Priority = 'enterprise' | 'premium' | 'pro' | 'free'
export type JobState = 'queued' | 'running' | 'retrying' | 'done' | 'failed' | 'cancelled'
export type Stage = 'waiting' | 'understanding' | 'composing' | 'rendering' | 'mastering' | 'checking' | 'tagging' | 'saving' | 'downloading' | 'converting' | 'encoding'
export type Job = { id: JobId; work: Work; priority: Priority; state: JobState; stage: Stage; progress: number; attempt: number; problem: Problem | null; created_ms: number; started_ms: number | null; finished_ms: number | null }

export type ModelTask = 'runtime' | 'sound_bank' | 'one_shots' | 'tagging'
export type ModelState = { state: 'missing' } | { state: 'fetching'; progress: number } | { state: 'ready' } | { state: 'loaded'; bytes: number } | { state: 'corrupt' }
export type Model = { id: ModelId; name: string; task: ModelTask; licence: string; source: string; bytes: number; required: boolean; state: ModelState }
export type Shelf = { models: Model[]; provider: string | null; budget_bytes: number; used_bytes: number }

export type PlaybackState = 'empty' | 'loading' | 'stopped' | 'playing'
export type Playback = { state: PlaybackState; take: TakeId | null; duration: Seconds; device: string | null; problem: Problem | null; volume: number }
export type MeterFrame = { position: Seconds; playing: boolean; peak: [Db, Db]; rms: [Db, Db]; momentary: number; tracks: TrackLevel[] }
export type TrackLevel = { track: TrackId; peak: Db }

export type Problem = { code: ErrorCode; message: string; hint: string }
export type ErrorCode = 'empty_prompt' | 'prompt_too_long' | 'invalid_field' | 'not_found' | 'unwritable' | 'disk_full' | 'no_audio_device' | 'audio_device_lost' | 'model_missing' | 'model_corrupt' | 'runtime_missing' | 'download_failed' | 'database_corrupt' | 'settings_corrupt' | 'project_corrupt' | 'unsupported_file' | 'gate_refused' | 'cancelled' | 'busy' | 'internal'

export type ProjectInfo = { id: ProjectId; name: string; folder: string; modified_ms: number }
export type Project = { id: ProjectId; name: string; folder: string; lyrics: string; takes: Take[]; current: TakeId | null; arrangement: Score | null; mixer: Strip[]; undo: StepName | null; redo: StepName | null; saved: boolean }
export type Strip = { track: TrackId; level: Db; pan: Pan; mute: boolean; solo: boolean }
export type StripChange = { kind: 'level'; value: Db } | { kind: 'pan'; value: Pan } | { kind: 'mute'; value: boolean } | { kind: 'solo'; value: boolean }
export type StepName = { step: Step; subject: string }
export type Step = 'add_take' | 'use_take' | 'star_take' | 'delete_take' | 'rename_take' | 'level' | 'pan' | 'mute' | 'solo' | 'lyrics' | 'rename_project'

export type Score = { title: string; style: string; seed: number; bpm: Bpm; meter: Meter; key: Key; length: Ticks; sections: Section[]; chords: ChordSpan[]; tracks: Track[]; mix: MixPlan }
export type SectionKind = 'intro' | 'verse' | 'pre_chorus' | 'chorus' | 'bridge' | 'solo' | 'build' | 'drop' | 'breakdown' | 'outro'
export type Section = { id: SectionId; kind: SectionKind; start: Ticks; length: Ticks; energy: number }
export type ChordSpan = { start: Ticks; length: Ticks; symbol: string; numeral: string; tones: number[]; bass: number }
export type Role = 'drums' | 'percussion' | 'bass' | 'chords' | 'pad' | 'arpeggio' | 'lead' | 'counter' | 'texture'
export type Track = { id: TrackId; name: string; role: Role; sound: Sound; channel: TrackChannel; notes: Note[] }
export type Note = { start: Ticks; length: Ticks; pitch: number; velocity: number }
export type Sound = { kind: 'sound_font'; bank: number; program: number } | { kind: 'kit'; kit: string } | { kind: 'synth'; patch: string }
export type TrackChannel = { level: Db; pan: Pan; width: number; high_pass: Hertz | null; low_pass: Hertz | null; eq: EqBand[]; compressor: Compressor | null; drive: number; reverb: Db | null; delay: Db | null; duck: Duck | null }
export type EqBand = { frequency: Hertz; gain: Db; q: number }
export type Compressor = { threshold: Db; ratio: number; attack_ms: number; release_ms: number; makeup: Db }
export type Duck = { from: TrackId; keys: number[]; depth: Db; release_ms: number }
export type MixPlan = { reverb_time: Seconds; delay_quarters: number; delay_feedback: number; low_shelf: Db; high_shelf: Db }

export type Language = 'en' | 'es'
export type Settings = { language?: Language | null; output_device?: string | null; volume?: number; model_budget_mib?: number | null; cache_mib?: number; projects_folder?: string | null; shortcuts?: { [key in string]: string }; welcomed?: boolean }

export type CheckState = 'works' | 'limited' | 'fails'
export type Check = { id: string; state: CheckState; found: string; hint: string }
export type CacheStats = { entries: number; bytes: number; limit_bytes: number; hits: number; misses: number }
export type Notice = { problem: Problem; set_aside: string | null }
export type Welcome = { version: string; language: Language; notices: Notice[]; logs: string }
export type DropVerdict = { path: string; name: string; accepted_as: DropUse | null; problem: Problem | null }
export type DropUse = 'lyrics' | 'project'

export type Take = { id: TakeId; title: string; request: Request; understanding: Understanding; seed: number; engine: string; score: AssetId; audio: AssetId; measured: Measured; refused: Refused[]; tags: Tag[]; starred: boolean; created_ms: number; elapsed: Seconds }
export type Measured = { duration: Seconds; loudness: Lufs; true_peak: Dbtp; dc_offset: Db; clipped_samples: number; longest_silence: Seconds; bpm: Bpm | null; bpm_matches: boolean; key: Key | null; key_matches: boolean }
export type Refused = { seed: number; reason: GateReason; detail: string }
export type GateReason = 'silent' | 'inner_silence' | 'clipping' | 'dc_offset' | 'length' | 'loudness' | 'true_peak' | 'tempo' | 'key' | 'not_a_number'
export type Tag = { name: string; score: number }
export type ExportFormat = 'wav' | 'flac' | 'mp3192' | 'mp3320' | 'ogg' | 'stems' | 'midi'
export type Peaks = { duration: Seconds; min: number[]; max: number[] }

/* Runtime */
function makeEvent<T>(name: string) {
  return {
    listen: (cb: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.listen(name, cb),
  }
}
