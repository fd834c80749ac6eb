// The nouns of the studio as the page uses them. They are written once in `src-tauri/domain` and generated into
// `ipc/bindings.ts`; records with defaults arrive complete, so their fields are never optional here.
import type * as wire from '@/ipc/bindings'

export type {
  CleaningReport, Depth, Encoding, HeardNote, Hum, InputDevice, InputFrame, LoudnessTarget, Mastered, Mastering, MasterRequest, MasterResult, NoteSheet, Preset, PresetTarget, RecordedTake, RecorderState, Remark, SoundsMade,
  Analysis, AnalysisStep, AnalysisSteps, CacheStats, Check, CheckState, Chip, ChipKind, ChipSource, ChordSpan, Codec, Collection, CollectionId, Compared, Container, DropUse, DropVerdict, ErrorCode, ExportFormat,
  FileTags, GateReason, ImportPreview, ImportReport, JobId, JobState, Key, Language, LibraryPage, LibrarySort, LibrarySound, LibraryStatus, Loudness, LoudnessCurve, Measured, Meter, MeterFrame, MixerStatus, Mode, Model, ModelId, ModelState, ModelTask,
  Note, Notice, Palette, Peaks, Playback, PlaybackState, PreviewedSound, Priority, Problem, ProjectId, ProjectInfo, Queue, QueueEntry, Refused, RefusedFile, Role,
  Score, Section, SectionKind, Shelf, Side, SoundFacts, SoundId, Span, Stage, Step, StepName, StepState, Strip, StripChange, StyleInfo, Tag, TagChange, TakeId, Track,
  TrackId, TrackLevel, Understanding, Brief, Welcome,
  Bars, Branch, Change, Choice, Comparison, Conflict, Contested, Control, CopyId, CopyPlace, Figure, FileChange, Heard, Held, HistoryReport, MergeStatus, Occasion, OutsideChange, Part,
  PrunePlan, PruneRules, Sound, SoundComparison, StoreCopy, Timeline, Version, VersionComparison, VersionId, WordSpan,
  Accent, BlendPart, Character, ConsentReceipt, ConversionPreset, Gender, HeardLine, HeardWord, Pronunciation, RemoteAccount, SpeechCost, SpeechMade, SpokenPhrase, Transcript, TranscriptFormat, Tune, Verdict, Voice, VoiceId,
  Certificate, ContentCredentials, CredentialState, FoundMark, Verification,
  Dictation, DictationState, Live, LiveDelay, LiveFrame,
  Approach, Converter, ConverterGuide, ConverterId, Toward,
  ProfileId, Quality, Sample, SampleCheck, SampleId, SampleSource, ScriptLine,
} from '@/ipc/bindings'

export type Request = Required<wire.Request>
export type LibraryFilter = Required<wire.LibraryFilter>
export type InputSettings = Required<wire.InputSettings>
export type Recorder = Omit<wire.Recorder, 'settings'> & { settings: InputSettings }
export type Cleaning = Required<wire.Cleaning>
export type Conversion = Required<wire.Conversion>
export type PresetConversion = { preset: wire.ConversionPreset; conversion: Conversion }
export type Closest = Omit<wire.Closest, 'conversion'> & { conversion: Conversion }
export type Profile = Omit<wire.Profile, 'closest'> & { closest: Closest | null }
export type ProfileChange = { [Field in keyof wire.ProfileChange]?: NonNullable<wire.ProfileChange[Field]> }
export type VoiceSettings = Required<wire.VoiceSettings>
export type SpeechRequest = Omit<Required<wire.SpeechRequest>, 'settings'> & { settings: VoiceSettings }
export type LibraryQuery = Omit<Required<wire.LibraryQuery>, 'filter'> & { filter: LibraryFilter }
export type Settings = Omit<Required<wire.Settings>, 'shortcuts'> & { shortcuts: Record<string, string> }
export type Take = Omit<wire.Take, 'request'> & { request: Request }
export type Project = Omit<wire.Project, 'takes'> & { takes: Take[] }
export type GenerateWork = { kind: 'generate'; project: string; request: Request }
export type SpeakWork = { kind: 'speak'; request: SpeechRequest }
export type ModulateWork = { kind: 'modulate'; sound: string; conversion: Conversion }
export type Work = GenerateWork | SpeakWork | ModulateWork | Exclude<wire.Work, { kind: 'generate' | 'speak' | 'modulate' }>
export type Job = Omit<wire.Job, 'work'> & { work: Work }

/** What changed; applied only in `stores/events.ts`. */
export type StudioEvent =
  | { type: 'job_changed'; data: Job }
  | { type: 'project_changed'; data: Project }
  | { type: 'settings_changed'; data: Settings }
  | { type: 'recorder_changed'; data: Recorder }
  | { type: 'profiles_listed'; data: Profile[] }
  | Exclude<wire.Event, { type: 'job_changed' | 'project_changed' | 'settings_changed' | 'recorder_changed' | 'profiles_listed' }>

/** Ticks in one quarter note (`domain::unit::TICKS_PER_QUARTER`). */
export const TICKS_PER_QUARTER = 480

/** Limits of a request (`domain::generation::limits`). */
export const LIMITS = {
  promptBytes: 10_000,
  lyricsBytes: 50_000,
  bpm: { min: 40, max: 240 },
  duration: { min: 10, max: 600 },
  variations: { min: 1, max: 8 },
} as const

/** Limits of the library (`domain::library::limits`). */
export const LIBRARY_LIMITS = { rating: 5, nameChars: 120, tagChars: 1_000, pageRows: 1_000 } as const

/** Limits of a recording (`domain::recording::limits`). */
/** From the microphone to the ear, in seconds; beyond it, one's own voice begins to disturb (`domain::live::PROMPT`). */
export const LIVE_PROMPT = 0.06

export const RECORDING_LIMITS = { countInBeats: 16, bpm: { min: 30, max: 300 }, channels: 8 } as const

/** Keys of a piano that notes are heard on (`domain::listening::HeardNote`). */
export const PIANO = { lowest: 21, highest: 108 } as const

/** What can be set on a queue (`domain::playback`). */
export const QUEUE_LIMITS = { speed: { min: 0.25, max: 4 }, crossfade: { min: 0, max: 12 } } as const

/** Tiles of the spectrogram (`domain::spectrogram`): one of zoom `n` spans 2ⁿ seconds. */
export const SPECTROGRAM = { columns: 512, rows: 256, lowest: 20, highest: 20_000, maxZoom: 12 } as const

/** The steps of the analysis, in the order in which they are done. */
export const ANALYSIS_STEPS: readonly wire.AnalysisStep[] = ['peaks', 'loudness', 'rhythm', 'beats', 'sounds_like']

/** What is kept of older automatic versions, until somebody says otherwise (`domain::history::PruneRules`). */
export const PRUNE_RULES: wire.PruneRules = { hourly_days: 7, daily_days: 60, weekly_weeks: 104 }

/** Limits of the history: what a version or a branch can be called. */
export const HISTORY_LIMITS = { messageChars: 500, branchChars: 60 } as const

/** Limits of speech, and what a voice is delivered with (`domain::voice`). */
export const SPEECH_LIMITS = { characters: 50_000, speed: { min: 0.5, max: 2, step: 0.05 }, remoteSpeed: { min: 0.7, max: 1.2 }, pauses: { min: 0, max: 3, step: 0.1 }, setting: { min: 0, max: 1, step: 0.05 } } as const
export const VOICE_SETTINGS: Readonly<VoiceSettings> = { style: 0.15, stability: 1, similarity_boost: 0.5, use_speaker_boost: true }

/** Limits of what is done to a voice (`domain::conversion::limits`), the retune time in seconds. */
export const CONVERSION_LIMITS = { pitch: { min: -24, max: 24 }, formants: { min: -12, max: 12 }, range: { min: 0, max: 2 }, mix: { min: 0, max: 1 }, retune: { min: 0, max: 0.4 } } as const

/** Limits of profiles of voices, and from where on samples are good or bad (`domain::profile`). */
export const PROFILE_LIMITS = { name: 120, notes: 4_000, samples: 40, blend: 3 } as const
/** A cosine of two speaker vectors from which on it usually is the same person (`domain::profile::Closest`). */
export const SAME_PERSON = 0.85
