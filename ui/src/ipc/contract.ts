import type {
  AnalysisStep, CacheStats, Check, Cleaning, Collection, CollectionId, DropVerdict, ExportFormat, ImportPreview, InputDevice, InputFrame, InputSettings, Job, JobId,
  LibraryPage, LibraryQuery, LibrarySound, LibraryStatus, Mastering, MasterRequest, LoudnessCurve, MeterFrame, ModelId, NoteSheet, Palette, Peaks, Playback, PresetTarget, Priority,
  Project, ProjectId, ProjectInfo, Recorder, Request, Settings, Shelf, Side, SoundId, Span, StripChange, StudioEvent, TagChange, TakeId,
  TrackId, Understanding, Verification, Welcome,
  Conversion, Converter, ConverterId, Dictation, Language, Live, LiveDelay, LiveFrame, PresetConversion, Profile, ProfileChange, ProfileId, RemoteAccount, SampleId, SampleSource, ScriptLine, SpeechCost, SpeechRequest, Toward, Transcript,
  TranscriptFormat, Voice, VoiceId,
  Choice, Conflict, CopyId, CopyPlace, FileChange, MergeStatus, Part, PrunePlan, PruneRules, SoundComparison, StoreCopy, Timeline, VersionComparison, VersionId,
} from '@/domain'

export type FileFilter = { name: string; extensions: string[] }
/** Files dragged over the window; what they are is known from the moment they enter. */
export type Drag = { kind: 'entered'; paths: string[] } | { kind: 'over' } | { kind: 'left' } | { kind: 'dropped'; paths: string[] }
export type Unlisten = () => void

/** Everything the page can ask of the studio. Each call resolves, or throws an `AppError`. */
export interface Ipc {
  welcome(): Promise<Welcome>
  getSettings(): Promise<Settings>
  saveSettings(settings: Settings): Promise<unknown>
  getPalette(): Promise<Palette>

  understand(request: Request): Promise<Understanding>
  generate(request: Request, priority: Priority): Promise<JobId>

  listJobs(): Promise<Job[]>
  cancelJob(id: JobId): Promise<unknown>
  retryJob(id: JobId): Promise<unknown>
  setJobPriority(id: JobId, priority: Priority): Promise<unknown>
  clearFinishedJobs(): Promise<unknown>

  listProjects(): Promise<ProjectInfo[]>
  newProject(name: string | null): Promise<ProjectId>
  openProject(id: ProjectId): Promise<unknown>
  openProjectFolder(path: string): Promise<unknown>
  getProject(): Promise<Project>
  renameProject(name: string): Promise<unknown>
  setLyrics(text: string): Promise<unknown>
  useTake(id: TakeId): Promise<unknown>
  starTake(id: TakeId, starred: boolean): Promise<unknown>
  deleteTake(id: TakeId): Promise<unknown>
  renameTake(id: TakeId, title: string): Promise<unknown>
  /** Changes of one `gesture` (a drag of a fader) become one undoable step. */
  setStrip(track: TrackId, change: StripChange, gesture: number): Promise<unknown>
  undo(): Promise<unknown>
  redo(): Promise<unknown>
  getPeaks(take: TakeId, buckets: number): Promise<Peaks>
  exportTake(take: TakeId, format: ExportFormat, path: string): Promise<JobId>

  searchLibrary(query: LibraryQuery): Promise<LibraryPage>
  getLibraryStatus(): Promise<LibraryStatus>
  getSound(sound: SoundId): Promise<LibrarySound>
  /** Which marks say that it is synthetic. */
  verifySound(sound: SoundId): Promise<Verification>
  previewImport(paths: string[]): Promise<ImportPreview>
  importSounds(paths: string[], collection: CollectionId | null): Promise<JobId>
  removeSounds(sounds: SoundId[]): Promise<unknown>
  rateSounds(sounds: SoundId[], rating: number): Promise<unknown>
  editTags(sounds: SoundId[], change: TagChange): Promise<unknown>
  getCover(sound: SoundId): Promise<string | null>
  setCover(sound: SoundId, picture: string | null): Promise<unknown>
  getSoundPeaks(sound: SoundId, buckets: number): Promise<Peaks>
  /** The waveform between two moments, in so many buckets. */
  getSoundWave(sound: SoundId, from: number, to: number, buckets: number): Promise<Peaks>
  getLoudnessCurve(sound: SoundId): Promise<LoudnessCurve>
  /** A coloured picture as a `data:` address; past the end of the sound it is transparent. */
  getSpectrogramTile(sound: SoundId, zoom: number, index: number): Promise<string>
  analyseSounds(sounds: SoundId[], steps: AnalysisStep[]): Promise<unknown>
  cancelAnalysis(sounds: SoundId[], steps: AnalysisStep[]): Promise<unknown>
  checkLibrary(): Promise<LibraryStatus>
  relinkSound(sound: SoundId, path: string): Promise<unknown>
  relinkSounds(folder: string): Promise<JobId>
  listCollections(): Promise<Collection[]>
  createCollection(name: string): Promise<CollectionId>
  renameCollection(collection: CollectionId, name: string): Promise<unknown>
  deleteCollection(collection: CollectionId): Promise<unknown>
  addToCollection(collection: CollectionId, sounds: SoundId[]): Promise<unknown>
  removeFromCollection(collection: CollectionId, sounds: SoundId[]): Promise<unknown>

  loadTake(take: TakeId): Promise<unknown>
  play(): Promise<unknown>
  pause(): Promise<unknown>
  stop(): Promise<unknown>
  seek(seconds: number): Promise<unknown>
  setVolume(volume: number): Promise<unknown>
  /** A new queue, played from one of its sounds. */
  playSounds(sounds: SoundId[], start: number): Promise<unknown>
  queueSounds(sounds: SoundId[]): Promise<unknown>
  unqueueSound(index: number): Promise<unknown>
  playEntry(index: number): Promise<unknown>
  nextSound(): Promise<unknown>
  previousSound(): Promise<unknown>
  /** Plays a part again and again; `null` plays on. */
  loopSelection(selection: Span | null): Promise<unknown>
  setSpeed(speed: number): Promise<unknown>
  setCrossfade(seconds: number): Promise<unknown>
  setRepeat(repeat: boolean): Promise<unknown>
  /** Lets a moment be heard while the pointer drags; `null` ends it. */
  scrub(position: number | null): Promise<unknown>
  compareSounds(a: SoundId, b: SoundId): Promise<unknown>
  hearSide(side: Side): Promise<unknown>
  /** Integrated loudness, range and true peak begin anew. */
  restartMeters(): Promise<unknown>
  listOutputDevices(): Promise<string[]>
  getPlayback(): Promise<Playback>
  /** Streams meters and playhead at 30 Hz until the page goes away. */
  watchMeters(onFrame: (frame: MeterFrame) => void): Promise<unknown>

  listInputDevices(): Promise<InputDevice[]>
  getRecorder(): Promise<Recorder>
  openInput(settings: InputSettings): Promise<unknown>
  closeInput(): Promise<unknown>
  setMonitor(monitor: boolean): Promise<unknown>
  record(): Promise<unknown>
  /** Finishes the take; it comes as `take_recorded`. */
  stopRecording(): Promise<unknown>
  /** Streams input levels at 30 Hz until the page goes away. */
  watchInput(onFrame: (frame: InputFrame) => void): Promise<unknown>

  listMasteringPresets(): Promise<PresetTarget[]>
  masterFiles(request: MasterRequest): Promise<JobId>
  getMastering(job: JobId): Promise<Mastering | null>
  pauseJob(id: JobId): Promise<unknown>
  resumeJob(id: JobId): Promise<unknown>

  cleanSound(sound: SoundId, cleaning: Cleaning): Promise<JobId>
  splitSound(sound: SoundId): Promise<JobId>
  hearNotes(sound: SoundId): Promise<JobId>
  getNotes(sound: SoundId): Promise<NoteSheet | null>
  saveNotes(sheet: NoteSheet): Promise<unknown>
  exportNotes(sound: SoundId, path: string): Promise<unknown>

  listVoices(): Promise<Voice[]>
  /** What is said comes as `speech_made`. */
  speak(request: SpeechRequest): Promise<JobId>
  /** Lets a short text be heard at once. */
  previewVoice(request: SpeechRequest): Promise<unknown>
  /** Speaks the beginning of a text before anybody asks, so that it is heard at once when they do. */
  prepareVoice(request: SpeechRequest): Promise<unknown>
  /** What is heard comes as `speech_heard`; `null` takes the language that is heard. */
  hearSpeech(sound: SoundId, language: Language | null): Promise<JobId>
  getTranscript(sound: SoundId): Promise<Transcript | null>
  setTranscript(transcript: Transcript): Promise<unknown>
  exportTranscript(sound: SoundId, format: TranscriptFormat, path: string): Promise<unknown>
  listPresets(): Promise<PresetConversion[]>
  modulateSound(sound: SoundId, conversion: Conversion): Promise<JobId>
  /** Puts a sound on a track of its own of the take on the lanes; it comes as a take beside that one. */
  putOnTrack(sound: SoundId, at: number): Promise<JobId>
  /** Some seconds from the playhead on, as a comparison whose other side is the sound as it is. */
  previewModulation(sound: SoundId, conversion: Conversion): Promise<unknown>
  /** Turns a voice toward that of a profile; it comes as `sounds_made`. */
  modulateToward(sound: SoundId, toward: Toward): Promise<JobId>
  previewToward(sound: SoundId, toward: Toward): Promise<unknown>
  listConverters(): Promise<Converter[]>
  /** Copies a converter into the studio, if it is one; it comes as `converters_listed`. */
  addConverter(path: string): Promise<ConverterId>
  removeConverter(converter: ConverterId): Promise<unknown>

  getLive(): Promise<Live>
  /** Lets a microphone (`null` is the system's) be heard with its voice changed. */
  startLive(conversion: Conversion, device: string | null): Promise<unknown>
  changeLive(conversion: Conversion): Promise<unknown>
  stopLive(): Promise<unknown>
  /** What each preset takes live, beside what the devices take. */
  listLiveDelays(): Promise<LiveDelay[]>
  /** Streams levels and latency at 30 Hz until the page goes away. */
  watchLive(onFrame: (frame: LiveFrame) => void): Promise<unknown>

  getDictation(): Promise<Dictation>
  /** What is said comes as `dictation_changed`, phrase by phrase; `null` takes the language that is heard. */
  startDictation(device: string | null, language: Language | null): Promise<unknown>
  stopDictation(): Promise<unknown>
  /** The account at ElevenLabs; `null` without a key. Voices that came or went come as `voices_listed`. */
  remoteAccount(): Promise<RemoteAccount | null>
  /** Tries a key and keeps it in the keychain; nothing gives it out again. */
  setRemoteKey(key: string): Promise<unknown>
  forgetRemoteKey(): Promise<unknown>
  getSpeechCost(request: SpeechRequest): Promise<SpeechCost>
  /** Lets the sample of a remote voice be heard, which costs nothing; `stop` ends it. */
  hearVoiceSample(voice: VoiceId): Promise<unknown>

  listProfiles(): Promise<Profile[]>
  createProfile(name: string, language: Language, own: boolean): Promise<ProfileId>
  changeProfile(profile: ProfileId, change: ProfileChange): Promise<unknown>
  deleteProfile(profile: ProfileId): Promise<unknown>
  /** Copies sounds and looks how good they are; one of several that is refused comes as `problem_found`. */
  addSamples(profile: ProfileId, sources: SampleSource[]): Promise<unknown>
  removeSample(profile: ProfileId, sample: SampleId): Promise<unknown>
  cleanSample(profile: ProfileId, sample: SampleId): Promise<unknown>
  restoreSample(profile: ProfileId, sample: SampleId): Promise<unknown>
  /** Lets a sample be heard; `stop` ends it. */
  playSample(profile: ProfileId, sample: SampleId): Promise<unknown>
  /** Makes a receipt of today for each sample that is there. */
  giveConsent(profile: ProfileId, person: string, purpose: string): Promise<unknown>
  withdrawConsent(profile: ProfileId): Promise<unknown>
  findClosestVoice(profile: ProfileId): Promise<JobId>
  exportProfile(profile: ProfileId, path: string): Promise<unknown>
  importProfile(path: string): Promise<ProfileId>
  /** Sentences to be read aloud for a sample. */
  getReadingScript(language: Language): Promise<ScriptLine[]>

  getTimeline(): Promise<Timeline>
  /** Writes the project and keeps it as a version. */
  saveVersion(message: string): Promise<VersionId>
  /** What changed since the last version, in musical words. */
  suggestMessage(): Promise<string>
  nameVersion(version: VersionId, message: string): Promise<unknown>
  starVersion(version: VersionId, starred: boolean): Promise<unknown>
  /** Begins a branch and goes there; from `null` it begins with the project as it is. */
  makeBranch(name: string, from: VersionId | null): Promise<unknown>
  switchBranch(name: string): Promise<unknown>
  mergeBranch(name: string): Promise<unknown>
  getMerge(): Promise<MergeStatus | null>
  resolveConflict(conflict: Conflict, choice: Choice): Promise<unknown>
  /** Plays the project as it would be with a conflict decided. */
  hearConflict(conflict: Conflict, choice: Choice): Promise<unknown>
  restoreVersion(version: VersionId): Promise<unknown>
  restorePart(version: VersionId, part: Part): Promise<unknown>
  restoreFile(version: VersionId, path: string): Promise<unknown>
  listVersionFiles(version: VersionId): Promise<FileChange[]>
  /** To `null`, the project as it is. */
  compareVersions(before: VersionId, after: VersionId | null): Promise<VersionComparison>
  compareSound(before: VersionId, after: VersionId | null): Promise<SoundComparison>
  getVersionWave(version: VersionId, buckets: number): Promise<Peaks | null>
  playVersion(version: VersionId): Promise<unknown>
  auditionVersions(before: VersionId, after: VersionId | null): Promise<unknown>
  getPrunePlan(rules: PruneRules): Promise<PrunePlan>
  pruneHistory(rules: PruneRules): Promise<JobId>
  /** With `readData` every byte is read; the report comes as `history_checked`. */
  checkHistory(readData: boolean): Promise<JobId>
  mendHistory(): Promise<JobId>
  keepOutsideChange(message: string): Promise<VersionId>
  listCopies(): Promise<StoreCopy[]>
  addCopy(place: CopyPlace, passphrase: string, secret: string | null): Promise<CopyId>
  removeCopy(copy: CopyId): Promise<unknown>
  syncCopy(copy: CopyId): Promise<JobId>
  restoreFromCopy(place: CopyPlace, passphrase: string, secret: string | null): Promise<unknown>
  saveRecoverySheet(path: string): Promise<unknown>

  getShelf(): Promise<Shelf>
  fetchModel(id: ModelId): Promise<JobId>
  getCacheStats(): Promise<CacheStats>
  clearCache(olderThanHours: number | null): Promise<unknown>
  runDoctor(): Promise<Check[]>
  checkDrop(paths: string[]): Promise<DropVerdict[]>
  /** The words of a text file that `checkDrop` accepted as lyrics. */
  readLyricsFile(path: string): Promise<string>

  /** Asks where to write; `null` when the person changed their mind. */
  pickSavePath(name: string, filter: FileFilter): Promise<string | null>
  pickFolder(): Promise<string | null>
  pickFile(filter: FileFilter): Promise<string | null>
  pickFiles(filter: FileFilter): Promise<string[]>
  openFolder(path: string): Promise<unknown>
  /** Shows a file in the system's file manager. */
  revealFile(path: string): Promise<unknown>

  onEvent(apply: (event: StudioEvent) => void): Promise<Unlisten>
  onDrag(tell: (drag: Drag) => void): Promise<Unlisten>
}
