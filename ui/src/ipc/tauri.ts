import { Channel } from '@tauri-apps/api/core'
import { getCurrentWebview } from '@tauri-apps/api/webview'
import { open, save } from '@tauri-apps/plugin-dialog'
import { openPath, revealItemInDir } from '@tauri-apps/plugin-opener'
import type { InputFrame, LiveFrame, MeterFrame, StudioEvent } from '@/domain'
import { commands, events } from './bindings'
import type { Ipc } from './contract'
import { AppError } from './error'

/** Waits for a command; whatever it throws becomes an `AppError`. */
async function answer<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (thrown) {
    throw AppError.from(thrown)
  }
}

// The generated types leave fields with defaults optional; what comes out of the shell is always complete.
const complete = <Complete>(call: Promise<unknown>) => answer(call) as Promise<Complete>

export const tauri: Ipc = {
  welcome: () => answer(commands.welcome()),
  getSettings: () => complete(commands.getSettings()),
  saveSettings: (settings) => answer(commands.saveSettings(settings)),
  getPalette: () => answer(commands.getPalette()),

  understand: (request) => answer(commands.understand(request)),
  generate: (request, priority) => answer(commands.generate(request, priority)),

  listJobs: () => complete(commands.listJobs()),
  cancelJob: (id) => answer(commands.cancelJob(id)),
  retryJob: (id) => answer(commands.retryJob(id)),
  setJobPriority: (id, priority) => answer(commands.setJobPriority(id, priority)),
  clearFinishedJobs: () => answer(commands.clearFinishedJobs()),

  listProjects: () => answer(commands.listProjects()),
  newProject: (name) => answer(commands.newProject(name)),
  openProject: (id) => answer(commands.openProject(id)),
  openProjectFolder: (path) => answer(commands.openProjectFolder(path)),
  getProject: () => complete(commands.getProject()),
  renameProject: (name) => answer(commands.renameProject(name)),
  setLyrics: (text) => answer(commands.setLyrics(text)),
  useTake: (id) => answer(commands.useTake(id)),
  starTake: (id, starred) => answer(commands.starTake(id, starred)),
  deleteTake: (id) => answer(commands.deleteTake(id)),
  renameTake: (id, title) => answer(commands.renameTake(id, title)),
  setStrip: (track, change, gesture) => answer(commands.setStrip(track, change, gesture)),
  undo: () => answer(commands.undo()),
  redo: () => answer(commands.redo()),
  getPeaks: (take, buckets) => answer(commands.getPeaks(take, buckets)),
  exportTake: (take, format, path) => answer(commands.exportTake(take, format, path)),

  searchLibrary: (query) => answer(commands.searchLibrary(query)),
  getLibraryStatus: () => answer(commands.getLibraryStatus()),
  getSound: (sound) => answer(commands.getSound(sound)),
  verifySound: (sound) => answer(commands.verifySound(sound)),
  previewImport: (paths) => answer(commands.previewImport(paths)),
  importSounds: (paths, collection) => answer(commands.importSounds(paths, collection)),
  removeSounds: (sounds) => answer(commands.removeSounds(sounds)),
  rateSounds: (sounds, rating) => answer(commands.rateSounds(sounds, rating)),
  editTags: (sounds, change) => answer(commands.editTags(sounds, change)),
  getCover: (sound) => answer(commands.getCover(sound)),
  setCover: (sound, picture) => answer(commands.setCover(sound, picture)),
  getSoundPeaks: (sound, buckets) => answer(commands.getSoundPeaks(sound, buckets)),
  getSoundWave: (sound, from, to, buckets) => answer(commands.getSoundWave(sound, from, to, buckets)),
  getLoudnessCurve: (sound) => answer(commands.getLoudnessCurve(sound)),
  getSpectrogramTile: (sound, zoom, index) => answer(commands.getSpectrogramTile(sound, zoom, index)),
  analyseSounds: (sounds, steps) => answer(commands.analyseSounds(sounds, steps)),
  cancelAnalysis: (sounds, steps) => answer(commands.cancelAnalysis(sounds, steps)),
  checkLibrary: () => answer(commands.checkLibrary()),
  relinkSound: (sound, path) => answer(commands.relinkSound(sound, path)),
  relinkSounds: (folder) => answer(commands.relinkSounds(folder)),
  listCollections: () => answer(commands.listCollections()),
  createCollection: (name) => answer(commands.createCollection(name)),
  renameCollection: (collection, name) => answer(commands.renameCollection(collection, name)),
  deleteCollection: (collection) => answer(commands.deleteCollection(collection)),
  addToCollection: (collection, sounds) => answer(commands.addToCollection(collection, sounds)),
  removeFromCollection: (collection, sounds) => answer(commands.removeFromCollection(collection, sounds)),

  loadTake: (take) => answer(commands.loadTake(take)),
  play: () => answer(commands.play()),
  pause: () => answer(commands.pause()),
  stop: () => answer(commands.stop()),
  seek: (seconds) => answer(commands.seek(seconds)),
  setVolume: (volume) => answer(commands.setVolume(volume)),
  playSounds: (sounds, start) => answer(commands.playSounds(sounds, start)),
  queueSounds: (sounds) => answer(commands.queueSounds(sounds)),
  unqueueSound: (index) => answer(commands.unqueueSound(index)),
  playEntry: (index) => answer(commands.playEntry(index)),
  nextSound: () => answer(commands.nextSound()),
  previousSound: () => answer(commands.previousSound()),
  loopSelection: (selection) => answer(commands.loopSelection(selection)),
  setSpeed: (speed) => answer(commands.setSpeed(speed)),
  setCrossfade: (seconds) => answer(commands.setCrossfade(seconds)),
  setRepeat: (repeat) => answer(commands.setRepeat(repeat)),
  scrub: (position) => answer(commands.scrub(position)),
  compareSounds: (a, b) => answer(commands.compareSounds(a, b)),
  hearSide: (side) => answer(commands.hearSide(side)),
  restartMeters: () => answer(commands.restartMeters()),
  listOutputDevices: () => answer(commands.listOutputDevices()),
  getPlayback: () => answer(commands.getPlayback()),
  watchMeters: (onFrame) => {
    const channel = new Channel<MeterFrame>()
    channel.onmessage = onFrame
    return answer(commands.watchMeters(channel))
  },

  listInputDevices: () => answer(commands.listInputDevices()),
  getRecorder: () => complete(commands.getRecorder()),
  openInput: (settings) => answer(commands.openInput(settings)),
  closeInput: () => answer(commands.closeInput()),
  setMonitor: (monitor) => answer(commands.setMonitor(monitor)),
  record: () => answer(commands.record()),
  stopRecording: () => answer(commands.stopRecording()),
  watchInput: (onFrame) => {
    const channel = new Channel<InputFrame>()
    channel.onmessage = onFrame
    return answer(commands.watchInput(channel))
  },

  listMasteringPresets: () => answer(commands.listMasteringPresets()),
  masterFiles: (request) => answer(commands.masterFiles(request)),
  getMastering: (job) => answer(commands.getMastering(job)),
  pauseJob: (id) => answer(commands.pauseJob(id)),
  resumeJob: (id) => answer(commands.resumeJob(id)),

  cleanSound: (sound, cleaning) => answer(commands.cleanSound(sound, cleaning)),
  splitSound: (sound) => answer(commands.splitSound(sound)),
  hearNotes: (sound) => answer(commands.hearNotes(sound)),
  getNotes: (sound) => answer(commands.getNotes(sound)),
  saveNotes: (sheet) => answer(commands.saveNotes(sheet)),
  exportNotes: (sound, path) => answer(commands.exportNotes(sound, path)),

  listVoices: () => answer(commands.listVoices()),
  speak: (request) => answer(commands.speak(request)),
  previewVoice: (request) => answer(commands.previewVoice(request)),
  prepareVoice: (request) => answer(commands.prepareVoice(request)),
  hearSpeech: (sound, language) => answer(commands.hearSpeech(sound, language)),
  getTranscript: (sound) => answer(commands.getTranscript(sound)),
  setTranscript: (transcript) => answer(commands.setTranscript(transcript)),
  exportTranscript: (sound, format, path) => answer(commands.exportTranscript(sound, format, path)),
  listPresets: () => complete(commands.listPresets()),
  putOnTrack: (sound, at) => answer(commands.putOnTrack(sound, at)),
  modulateSound: (sound, conversion) => answer(commands.modulateSound(sound, conversion)),
  previewModulation: (sound, conversion) => answer(commands.previewModulation(sound, conversion)),
  modulateToward: (sound, toward) => answer(commands.modulateToward(sound, toward)),
  previewToward: (sound, toward) => answer(commands.previewToward(sound, toward)),
  listConverters: () => answer(commands.listConverters()),
  addConverter: (path) => answer(commands.addConverter(path)),
  removeConverter: (converter) => answer(commands.removeConverter(converter)),

  getLive: () => answer(commands.getLive()),
  startLive: (conversion, device) => answer(commands.startLive(conversion, device)),
  changeLive: (conversion) => answer(commands.changeLive(conversion)),
  stopLive: () => answer(commands.stopLive()),
  listLiveDelays: () => answer(commands.listLiveDelays()),
  watchLive: (onFrame) => {
    const channel = new Channel<LiveFrame>()
    channel.onmessage = onFrame
    return answer(commands.watchLive(channel))
  },

  getDictation: () => answer(commands.getDictation()),
  startDictation: (device, language) => answer(commands.startDictation(device, language)),
  stopDictation: () => answer(commands.stopDictation()),
  remoteAccount: () => answer(commands.remoteAccount()),
  setRemoteKey: (key) => answer(commands.setRemoteKey(key)),
  forgetRemoteKey: () => answer(commands.forgetRemoteKey()),
  getSpeechCost: (request) => answer(commands.getSpeechCost(request)),
  hearVoiceSample: (voice) => answer(commands.hearVoiceSample(voice)),

  listProfiles: () => complete(commands.listProfiles()),
  createProfile: (name, language, own) => answer(commands.createProfile(name, language, own)),
  changeProfile: (profile, change) => answer(commands.changeProfile(profile, change)),
  deleteProfile: (profile) => answer(commands.deleteProfile(profile)),
  addSamples: (profile, sources) => answer(commands.addSamples(profile, sources)),
  removeSample: (profile, sample) => answer(commands.removeSample(profile, sample)),
  cleanSample: (profile, sample) => answer(commands.cleanSample(profile, sample)),
  restoreSample: (profile, sample) => answer(commands.restoreSample(profile, sample)),
  playSample: (profile, sample) => answer(commands.playSample(profile, sample)),
  giveConsent: (profile, person, purpose) => answer(commands.giveConsent(profile, person, purpose)),
  withdrawConsent: (profile) => answer(commands.withdrawConsent(profile)),
  findClosestVoice: (profile) => answer(commands.findClosestVoice(profile)),
  exportProfile: (profile, path) => answer(commands.exportProfile(profile, path)),
  importProfile: (path) => answer(commands.importProfile(path)),
  getReadingScript: (language) => answer(commands.getReadingScript(language)),

  getTimeline: () => answer(commands.getTimeline()),
  saveVersion: (message) => answer(commands.saveVersion(message)),
  suggestMessage: () => answer(commands.suggestMessage()),
  nameVersion: (version, message) => answer(commands.nameVersion(version, message)),
  starVersion: (version, starred) => answer(commands.starVersion(version, starred)),
  makeBranch: (name, from) => answer(commands.makeBranch(name, from)),
  switchBranch: (name) => answer(commands.switchBranch(name)),
  mergeBranch: (name) => answer(commands.mergeBranch(name)),
  getMerge: () => answer(commands.getMerge()),
  resolveConflict: (conflict, choice) => answer(commands.resolveConflict(conflict, choice)),
  hearConflict: (conflict, choice) => answer(commands.hearConflict(conflict, choice)),
  restoreVersion: (version) => answer(commands.restoreVersion(version)),
  restorePart: (version, part) => answer(commands.restorePart(version, part)),
  restoreFile: (version, path) => answer(commands.restoreFile(version, path)),
  listVersionFiles: (version) => answer(commands.listVersionFiles(version)),
  compareVersions: (before, after) => answer(commands.compareVersions(before, after)),
  compareSound: (before, after) => answer(commands.compareSound(before, after)),
  getVersionWave: (version, buckets) => answer(commands.getVersionWave(version, buckets)),
  playVersion: (version) => answer(commands.playVersion(version)),
  auditionVersions: (before, after) => answer(commands.auditionVersions(before, after)),
  getPrunePlan: (rules) => answer(commands.getPrunePlan(rules)),
  pruneHistory: (rules) => answer(commands.pruneHistory(rules)),
  checkHistory: (readData) => answer(commands.checkHistory(readData)),
  mendHistory: () => answer(commands.mendHistory()),
  keepOutsideChange: (message) => answer(commands.keepOutsideChange(message)),
  listCopies: () => answer(commands.listCopies()),
  addCopy: (place, passphrase, secret) => answer(commands.addCopy(place, passphrase, secret)),
  removeCopy: (copy) => answer(commands.removeCopy(copy)),
  syncCopy: (copy) => answer(commands.syncCopy(copy)),
  restoreFromCopy: (place, passphrase, secret) => answer(commands.restoreFromCopy(place, passphrase, secret)),
  saveRecoverySheet: (path) => answer(commands.saveRecoverySheet(path)),

  getShelf: () => answer(commands.getShelf()),
  fetchModel: (id) => answer(commands.fetchModel(id)),
  getCacheStats: () => answer(commands.getCacheStats()),
  clearCache: (olderThanHours) => answer(commands.clearCache(olderThanHours)),
  runDoctor: () => answer(commands.runDoctor()),
  checkDrop: (paths) => answer(commands.checkDrop(paths)),
  readLyricsFile: (path) => answer(commands.readLyricsFile(path)),

  pickSavePath: (name, filter) => answer(save({ defaultPath: name, filters: [filter] })),
  pickFolder: () => answer(open({ directory: true })),
  pickFile: (filter) => answer(open({ filters: [filter] })),
  pickFiles: async (filter) => (await answer(open({ multiple: true, filters: [filter] }))) ?? [],
  openFolder: (path) => answer(openPath(path)),
  revealFile: (path) => answer(revealItemInDir(path)),

  onEvent: (apply) => events.studioEvent.listen((event) => apply(event.payload as StudioEvent)),
  onDrag: (tell) =>
    getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'drop') tell({ kind: 'dropped', paths: payload.paths })
      else if (payload.type === 'enter') tell({ kind: 'entered', paths: payload.paths })
      else tell({ kind: payload.type === 'leave' ? 'left' : 'over' })
    }),
}
