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
export type StudioEvent = Event

/**  The blake3 hash (hex) of a content-addressed asset. */
export type AssetId = string;

/**  Tempo in quarter notes a minute. */
export type Bpm = number;

/**  The complete order for the composer: nothing is left open but the seed's choices. */
export type Brief = {
	title: string,
	style: string,
	bpm: Bpm,
	key: Key,
	meter: Meter,
	duration: Seconds,
	moods: string[],
	instruments: string[],
	without: string[],
};

/**  Figures of the result cache. */
export type CacheStats = {
	entries: number,
	bytes: number,
	limit_bytes: number,
	hits: number,
	misses: number,
};

/**  One check of `doctor`. */
export type Check = {
	/**  `audio_output`, `sound_bank`, `onnx_runtime`, `database`, `disk` … */
	id: string,
	state: CheckState,
	/**  What was found. */
	found: string,
	/**  How to mend it; empty when it works. */
	hint: string,
};

/**  The outcome of one check of `doctor`. */
export type CheckState = "works" | 
/**  The studio works without it, with less. */
"limited" | "fails";

/**  One understood fact, shown as an editable chip. */
export type Chip = {
	kind: ChipKind,
	/**  Canonical value: a style, mood or instrument id; `96`; `A minor`; `6/8`; `180` (seconds). */
	value: string,
	source: ChipSource,
	/**  The words of the prompt that said so, as written; empty otherwise. */
	words: string,
};

/**  What a chip is about. */
export type ChipKind = "style" | "tempo" | "key" | "meter" | "length" | "mood" | "instrument" | "without";

/**  Where a value comes from. */
export type ChipSource = 
/**  An explicit field of the request. */
"field" | 
/**  Words of the prompt. */
"prompt" | 
/**  Chosen by the studio, from style, mood and seed. */
"chosen";

/**  A chord that sounds over a stretch of time. */
export type ChordSpan = {
	start: Ticks,
	length: Ticks,
	/**  Lead-sheet symbol: `Am7`, `F/A`. */
	symbol: string,
	/**  Roman numeral in the key: `vi7`, `IV6`. */
	numeral: string,
	/**  Chord tones as pitch classes, root first. */
	tones: number[],
	/**  Pitch class of the bass. */
	bass: number,
};

/**  A feed-forward compressor. */
export type Compressor = {
	threshold: Db,
	ratio: number,
	attack_ms: number,
	release_ms: number,
	makeup: Db,
};

/**  Decibels of gain; 0 is unity. */
export type Db = number;

/**  True peak in dBTP (ITU-R BS.1770-4 Annex 2). */
export type Dbtp = number;

/**  What a dropped file is used for. */
export type DropUse = 
/**  A text file becomes the lyrics. */
"lyrics" | 
/**  A project folder or its document is opened. */
"project";

/**  Whether a dropped file can be used here, and why not. */
export type DropVerdict = {
	path: string,
	name: string,
	/**  What will be done with it; `None` when it is refused. */
	accepted_as: DropUse | null,
	problem: Problem | null,
};

/**  Side-chain: this channel dips whenever `from` plays one of `keys`. */
export type Duck = {
	from: TrackId,
	/**  MIDI keys that trigger (36 is the kick); empty means every note. */
	keys: number[],
	/**  How far it dips, a positive number of decibels. */
	depth: Db,
	release_ms: number,
};

/**  A peaking band of the equaliser. */
export type EqBand = {
	frequency: Hertz,
	gain: Db,
	q: number,
};

/**  Codes that some shell treats differently from the rest, or that tests and scripts look for. */
export type ErrorCode = 
/**  The prompt is empty and no field says anything. */
"empty_prompt" | "prompt_too_long" | 
/**  A field holds what it cannot hold: a key H, 5,000 BPM, −1 s. */
"invalid_field" | "not_found" | 
/**  A file or folder could not be written. */
"unwritable" | "disk_full" | "no_audio_device" | "audio_device_lost" | "model_missing" | "model_corrupt" | "runtime_missing" | "download_failed" | "database_corrupt" | "settings_corrupt" | "project_corrupt" | "unsupported_file" | 
/**  The studio is open elsewhere, or the file was made by a newer studio. */
"newer_version" | 
/**  The output gate refused every attempt. */
"gate_refused" | "cancelled" | "busy" | 
/**  Anything else; the log has the details. */
"internal";

/**  A fact about the past, with the new state of what it is about. */
export type Event = 
/**  A job was added or changed; sent at most 20 times a second for one job while it runs. */
{ type: "job_changed"; data: Job } | 
/**  A job left the list (cleaned up). */
{ type: "job_removed"; data: JobId } | 
/**  Another project was opened, or the open one changed. */
{ type: "project_changed"; data: Project } | 
/**  The mixer of the open project moved; sent instead of `ProjectChanged`, which carries every note. */
{ type: "mixer_changed"; data: MixerStatus } | { type: "projects_listed"; data: ProjectInfo[] } | { type: "playback_changed"; data: Playback } | { type: "shelf_changed"; data: Shelf } | { type: "settings_changed"; data: Settings } | 
/**  Something went wrong outside of any request. */
{ type: "problem_found"; data: Problem };

/**  File formats of an export. */
export type ExportFormat = "wav" | "flac" | "mp3192" | "mp3320" | "ogg" | 
/**  One 24-bit WAV a track, in a folder. */
"stems" | "midi";

/**  Why the output gate refuses a take. */
export type GateReason = "silent" | "inner_silence" | "clipping" | "dc_offset" | "length" | "loudness" | "true_peak" | "tempo" | "key" | "not_a_number";

/**  Frequency in hertz. */
export type Hertz = number;

/**  A job. */
export type Job = {
	id: JobId,
	work: Work,
	priority: Priority,
	state: JobState,
	stage: Stage,
	/**  0 to 1, measured. */
	progress: number,
	/**  The attempt under way, from 1. */
	attempt: number,
	problem: Problem | null,
	/**  Milliseconds since the Unix epoch. */
	created_ms: number,
	started_ms: number | null,
	finished_ms: number | null,
};

/**  A background job. */
export type JobId = string;

/**  Where a job stands. */
export type JobState = "queued" | "running" | 
/**  Waits before another attempt. */
"retrying" | "done" | "failed" | "cancelled";

/**  A tonic and a mode. */
export type Key = {
	tonic: PitchClass,
	mode: Mode,
};

/**  Drum kits made of one-shots. */
export type Kit = 
/**  Tight kick, rim and snare of the dembow, shakers, toms. */
"dembow" | 
/**  Booming 808 kick, crisp clap, fast hats, open hat. */
"trap" | 
/**  Four-to-the-floor kick, clap, open hats, shaker. */
"house" | 
/**  Gated snare, electronic toms, big kick. */
"synthwave" | 
/**  Dusty, soft, rolled-off. */
"lofi" | 
/**  Clean contemporary pop: layered kick, snap, clap. */
"pop";

/**  Interface languages. */
export type Language = "en" | "es";

/**  Loudness in LUFS (ITU-R BS.1770-4). */
export type Lufs = number;

/**  What the output gate measured on the finished audio. */
export type Measured = {
	duration: Seconds,
	loudness: Lufs,
	true_peak: Dbtp,
	/**  Mean of the samples relative to full scale, in dB. */
	dc_offset: Db,
	/**  Samples at or over full scale. */
	clipped_samples: number,
	/**  Longest stretch below −60 dBFS between the first and the last sound. */
	longest_silence: Seconds,
	/**  Tempo heard in the audio, and whether it matches the score (a factor of two counts as a match). */
	bpm: Bpm | null,
	bpm_matches: boolean,
	/**  Key heard in the audio. */
	key: Key | null,
	key_matches: boolean,
};

/**  A time signature. */
export type Meter = {
	/**  Beats in a bar. */
	beats: number,
	/**  The note value of one beat: 4 is a quarter, 8 an eighth. */
	unit: number,
};

/**  One frame of the 30 Hz stream that drives playhead and meters. */
export type MeterFrame = {
	position: Seconds,
	playing: boolean,
	/**  Peak of the left and the right channel since the last frame. */
	peak: [Db, Db],
	/**  RMS over the last 300 ms, left and right. */
	rms: [Db, Db],
	/**  Momentary loudness (400 ms) in LUFS. */
	momentary: number,
	/**  Peak of each track after its fader. */
	tracks: TrackLevel[],
};

/**  Settings of the shared buses and of the master. */
export type MixPlan = {
	/**  Reverberation time of the shared room. */
	reverb_time: Seconds,
	/**  Delay time as a fraction of a quarter note (0.75 is a dotted eighth). */
	delay_quarters: number,
	/**  Feedback of the delay, 0 to 0.8. */
	delay_feedback: number,
	/**  Tone of the master: gain of a gentle low shelf at 90 Hz and a high shelf at 9 kHz. */
	low_shelf: Db,
	high_shelf: Db,
};

/**  What changes in a project when a fader moves or the document is saved. */
export type MixerStatus = {
	mixer: Strip[],
	undo: StepName | null,
	redo: StepName | null,
	saved: boolean,
};

/**  The mode of a key. */
export type Mode = "major" | "minor" | "dorian" | "phrygian" | "lydian" | "mixolydian";

/**  A row of the shelf. */
export type Model = {
	id: ModelId,
	name: string,
	task: ModelTask,
	licence: string,
	/**  Package or address it comes from, for people. */
	source: string,
	/**  Size on disk. */
	bytes: number,
	/**  Whether the studio's first song needs it. */
	required: boolean,
	state: ModelState,
};

/**  A row of the model catalogue. */
export type ModelId = string;

/**  Where an entry stands. */
export type ModelState = { state: "missing" } | { state: "fetching"; progress: number } | 
/**  On disk and verified. */
{ state: "ready" } | 
/**  In memory. */
{ state: "loaded"; bytes: number } | 
/**  On disk, but not what the catalogue says. */
{ state: "corrupt" };

/**  What an entry of the catalogue is for. */
export type ModelTask = 
/**  The ONNX Runtime library itself. */
"runtime" | "sound_bank" | "one_shots" | "tagging";

/**  One note. Human timing is part of `start`; drums use General MIDI percussion keys as pitch. */
export type Note = {
	start: Ticks,
	length: Ticks,
	/**  MIDI key, 0 to 127. */
	pitch: number,
	/**  1 to 127. */
	velocity: number,
};

/**  Something found and dealt with while starting, to be told to the user once. */
export type Notice = {
	problem: Problem,
	/**  Where the damaged file was put. */
	set_aside: string | null,
};

/**  What the form can offer: styles, moods and instruments by id. */
export type Palette = {
	styles: StyleInfo[],
	moods: string[],
	instruments: string[],
};

/**  Position in the stereo field: −1 is hard left, 0 is the centre, 1 is hard right. */
export type Pan = number;

/**  Synthesiser patches. */
export type Patch = 
/**  Long sine bass with a pitch drop and saturation. */
"sub808" | 
/**  Detuned saws through a low-pass: house and synthwave bass. */
"reese_bass" | 
/**  Short square/saw bass with filter envelope. */
"pluck_bass" | 
/**  Rolling octave bass of synthwave. */
"arp_bass" | 
/**  Wide detuned saws for chords. */
"supersaw" | 
/**  Slow, warm, filtered pad. */
"warm_pad" | 
/**  Glassy evolving pad with noise. */
"air_pad" | 
/**  Short plucked synth. */
"pluck" | 
/**  Bell-like two-operator FM. */
"fm_bell" | 
/**  FM electric piano. */
"fm_keys" | 
/**  Monophonic saw lead with vibrato and glide. */
"saw_lead" | 
/**  Hollow square lead. */
"square_lead" | 
/**  Soft flute-like sine lead. */
"sine_lead" | 
/**  Filtered noise that rises into a section. */
"riser" | 
/**  Vinyl crackle and hiss. */
"vinyl";

/**  Peaks of a take for drawing: `min` and `max` per bucket, −1 to 1, equally spaced over `duration`. */
export type Peaks = {
	duration: Seconds,
	min: number[],
	max: number[],
};

/**  A pitch class: 0 is C, 11 is B. */
export type PitchClass = number;

/**  The transport as a whole; changes come as `Event::PlaybackChanged`. */
export type Playback = {
	state: PlaybackState,
	take: TakeId | null,
	duration: Seconds,
	/**  The output in use; `None` when none could be opened. */
	device: string | null,
	/**  Why there is no sound, if there is none. */
	problem: Problem | null,
	/**  0 to 1. */
	volume: number,
};

/**  What the transport does. */
export type PlaybackState = 
/**  Nothing is loaded. */
"empty" | 
/**  Stems are being prepared. */
"loading" | "stopped" | "playing";

/**  Priorities, lower runs first (`product.md`: enterprise 1, premium 5, pro 10, free 20). */
export type Priority = "enterprise" | "premium" | "pro" | "free";

/**  A problem with a way out. */
export type Problem = {
	code: ErrorCode,
	/**  What could not be done. */
	message: string,
	/**  A full sentence that tells the musician what to do; may be empty when nothing can be done. */
	hint: string,
};

/**  The open project. */
export type Project = {
	id: ProjectId,
	name: string,
	folder: string,
	lyrics: string,
	/**  Newest first; deleted takes are not in it. */
	takes: Take[],
	/**  The take whose arrangement is on the lanes. */
	current: TakeId | null,
	/**  The arrangement on the lanes: tracks, sections, chords, notes. */
	arrangement: Score | null,
	/**  One strip for each track of the arrangement, in its order. */
	mixer: Strip[],
	/**  Name of the step that undo would take back. */
	undo: StepName | null,
	redo: StepName | null,
	/**  Whether everything is on disk. */
	saved: boolean,
};

/**  A project: one folder, one document. */
export type ProjectId = string;

/**  An entry of the list of projects. */
export type ProjectInfo = {
	id: ProjectId,
	name: string,
	/**  The project's folder. */
	folder: string,
	/**  Milliseconds since the Unix epoch. */
	modified_ms: number,
};

/**  A take that the output gate refused. */
export type Refused = {
	seed: number,
	reason: GateReason,
	/**  The measured value and the limit, for people: `1.9 s, at most 1.5 s`. */
	detail: string,
};

/**  A request for a song. Every explicit field wins over what the prompt says. */
export type Request = {
	/**  Free text, Spanish or English. */
	prompt?: string,
	/**  Kept with the song. */
	lyrics?: string,
	/**  Id of a style. */
	style?: string | null,
	bpm?: Bpm | null,
	key?: Key | null,
	meter?: Meter | null,
	duration?: Seconds | null,
	/**  The same request with the same seed gives the same file. `None` lets the studio choose one. */
	seed?: number | null,
	/**  How many takes to make, 1 to 8; each uses the next seed. */
	variations?: number,
	/**  Instruments wanted, by id (`piano`, `guitar` …). */
	instruments?: string[],
	/**  Instruments refused, by id. */
	without?: string[],
	/**  Moods, by id (`happy`, `dark` …). */
	moods?: string[],
};

/**  The part a track plays. */
export type Role = "drums" | "percussion" | "bass" | "chords" | "pad" | "arpeggio" | "lead" | "counter" | "texture";

/**  A complete piece: form, harmony, tracks of notes, and how they are to be mixed. */
export type Score = {
	title: string,
	/**  Id of the style (`reggaeton`, `lo-fi` …), the name of its data file. */
	style: string,
	seed: number,
	bpm: Bpm,
	meter: Meter,
	key: Key,
	/**  End of the last bar. Tails (reverb, release) may ring on after it. */
	length: Ticks,
	sections: Section[],
	chords: ChordSpan[],
	tracks: Track[],
	mix: MixPlan,
};

/**  Time in seconds. */
export type Seconds = number;

/**  A named stretch of the form. Sections follow each other without gaps. */
export type Section = {
	id: SectionId,
	kind: SectionKind,
	start: Ticks,
	length: Ticks,
	/**  How full the arrangement is, 0 to 1. */
	energy: number,
};

/**  A section of a score (`verse-1`, `chorus-2` …). */
export type SectionId = string;

/**  What a section is for in the form. */
export type SectionKind = "intro" | "verse" | "pre_chorus" | "chorus" | "bridge" | "solo" | "build" | "drop" | "breakdown" | "outro";

/**  All settings. A missing field takes its default, so that old records stay readable. */
export type Settings = {
	/**  `None` follows the system. */
	language?: Language | null,
	/**  Name of the output device; `None` is the system's default. */
	output_device?: string | null,
	/**  0 to 1. */
	volume?: number,
	/**  Memory that loaded models may use together, in MiB; `None` takes a quarter of the machine's. */
	model_budget_mib?: number | null,
	/**  Bound of the result cache on disk, in MiB. */
	cache_mib?: number,
	/**  Folder of the projects; `None` is the default folder. */
	projects_folder?: string | null,
	/**  Remapped shortcuts: action id → keys (`ctrl+g`). */
	shortcuts?: { [key in string]: string },
	/**  Whether the first-use hints were closed. */
	welcomed?: boolean,
};

/**  The shelf as a whole. */
export type Shelf = {
	models: Model[],
	/**  `CPU`, `CUDA`, `WebGPU` …: the execution provider chosen at start; `None` without a runtime library. */
	provider: string | null,
	/**  Memory that loaded models may use together, and what they use now. */
	budget_bytes: number,
	used_bytes: number,
};

/**  What makes the sound of a track. */
export type Sound = 
/**  A General MIDI preset of the SoundFont. Bank 128 holds drum kits. */
{ kind: "sound_font"; bank: number; program: number } | 
/**  A kit of one-shots, played by General MIDI percussion keys. */
{ kind: "kit"; kit: Kit } | 
/**  A synthesiser patch. */
{ kind: "synth"; patch: Patch };

/**  The step a running job is at, to be worded in the user's language. */
export type Stage = "waiting" | "understanding" | "composing" | "rendering" | "mastering" | "checking" | "tagging" | "saving" | "downloading" | "converting" | "encoding";

/**  Kinds of step. */
export type Step = "add_take" | "use_take" | "star_take" | "delete_take" | "rename_take" | "level" | "pan" | "mute" | "solo" | "lyrics" | "rename_project";

/**  What a step of the project's history was, to be worded in the user's language. */
export type StepName = {
	step: Step,
	/**  Name of the track or take it was about; may be empty. */
	subject: string,
};

/**  The mixer strip of a track, on top of the levels of the score. */
export type Strip = {
	track: TrackId,
	/**  Added to the level of the score, −60 to +12 dB; −60 is off. */
	level: Db,
	/**  Added to the pan of the score. */
	pan: Pan,
	mute: boolean,
	solo: boolean,
};

/**  One change of the mixer. */
export type StripChange = { kind: "level"; value: Db } | { kind: "pan"; value: Pan } | { kind: "mute"; value: boolean } | { kind: "solo"; value: boolean };

/**  A style as the form shows it. */
export type StyleInfo = {
	id: string,
	/**  English and Spanish names. */
	name_en: string,
	name_es: string,
	bpm_min: Bpm,
	bpm_max: Bpm,
	bpm_typical: Bpm,
	duration_typical: Seconds,
};

/**  A label heard by a model. */
export type Tag = {
	name: string,
	/**  0 to 1. */
	score: number,
};

/**  One generated result. The score and the master are assets of the project. */
export type Take = {
	id: TakeId,
	title: string,
	request: Request,
	understanding: Understanding,
	/**  The seed that was really used. */
	seed: number,
	/**  `composer` plus its version. */
	engine: string,
	/**  JSON of a [`crate::score::Score`]. */
	score: AssetId,
	/**  The master as FLAC, 24 bit. */
	audio: AssetId,
	measured: Measured,
	/**  Gain of the master before its limiter, found for the untouched mixer; playback uses it. */
	master_gain: Db,
	/**  Takes that the output gate refused before this one, with the reason. */
	refused: Refused[],
	/**  Style tags heard by the tagging model, best first; empty when no model was there. */
	tags: Tag[],
	starred: boolean,
	/**  Milliseconds since the Unix epoch. */
	created_ms: number,
	elapsed: Seconds,
};

/**  One generated result inside a project. */
export type TakeId = string;

/**  Musical time in ticks of [`TICKS_PER_QUARTER`]. */
export type Ticks = number;

/**  One instrument with its notes and its channel. */
export type Track = {
	id: TrackId,
	/**  Name of the instrument (`Grand piano`, `808`), shown as it is. */
	name: string,
	role: Role,
	sound: Sound,
	channel: TrackChannel,
	/**  Sorted by start, then pitch. */
	notes: Note[],
};

/**
 *  A mixer channel: fader and inserts.
 * 
 *  The page knows it as `TrackChannel`: `Channel` is a name of the wire itself there.
 */
export type TrackChannel = {
	level: Db,
	pan: Pan,
	/**  Stereo width: 0 is mono, 1 is as recorded, up to 1.5. */
	width: number,
	high_pass: Hertz | null,
	low_pass: Hertz | null,
	eq: EqBand[],
	compressor: Compressor | null,
	/**  Saturation, 0 to 1. */
	drive: number,
	/**  Level sent to the reverb; `None` sends nothing. */
	reverb: Db | null,
	/**  Level sent to the tempo-synchronous delay. */
	delay: Db | null,
	duck: Duck | null,
};

/**  A track of a score or a project (`drums`, `bass`, `lead` … inside one score). */
export type TrackId = string;

/**  The level of one track. */
export type TrackLevel = {
	track: TrackId,
	peak: Db,
};

/**  Everything that was read out of a request. */
export type Understanding = {
	chips: Chip[],
	/**  Words of the prompt that meant nothing to the studio (small words left out). */
	not_understood: string[],
	brief: Brief,
};

/**  What the page needs before its first picture. */
export type Welcome = {
	version: string,
	/**  The language in force: the setting, or the system's. */
	language: Language,
	notices: Notice[],
	/**  Folder with logs, for people. */
	logs: string,
};

/**  What a job does. */
export type Work = { kind: "generate"; project: ProjectId; request: Request } | { kind: "export"; project: ProjectId; take: TakeId; format: ExportFormat; path: string } | { kind: "fetch_model"; model: ModelId };

/* Runtime */
function makeEvent<T>(name: string) {
  return {
    listen: (cb: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.listen(name, cb),
  }
}
