import { Channel } from '@tauri-apps/api/core'
import { getCurrentWebview } from '@tauri-apps/api/webview'
import { open, save } from '@tauri-apps/plugin-dialog'
import { openPath } from '@tauri-apps/plugin-opener'
import type { MeterFrame, StudioEvent } from '@/domain'
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
  saveProject: () => answer(commands.saveProject()),
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

  loadTake: (take) => answer(commands.loadTake(take)),
  play: () => answer(commands.play()),
  pause: () => answer(commands.pause()),
  stop: () => answer(commands.stop()),
  seek: (seconds) => answer(commands.seek(seconds)),
  setVolume: (volume) => answer(commands.setVolume(volume)),
  listOutputDevices: () => answer(commands.listOutputDevices()),
  getPlayback: () => answer(commands.getPlayback()),
  watchMeters: (onFrame) => {
    const channel = new Channel<MeterFrame>()
    channel.onmessage = onFrame
    return answer(commands.watchMeters(channel))
  },

  getShelf: () => answer(commands.getShelf()),
  fetchModel: (id) => answer(commands.fetchModel(id)),
  getCacheStats: () => answer(commands.getCacheStats()),
  clearCache: (olderThanHours) => answer(commands.clearCache(olderThanHours)),
  runDoctor: () => answer(commands.runDoctor()),
  checkDrop: (paths) => answer(commands.checkDrop(paths)),
  readLyricsFile: (path) => answer(commands.readLyricsFile(path)),

  pickSavePath: (name, filter) => answer(save({ defaultPath: name, filters: [filter] })),
  pickFolder: () => answer(open({ directory: true })),
  openFolder: (path) => answer(openPath(path)),

  onEvent: (apply) => events.studioEvent.listen((event) => apply(event.payload as StudioEvent)),
  onDrag: (tell) =>
    getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === 'drop') tell({ kind: 'dropped', paths: payload.paths })
      else tell({ kind: payload.type === 'leave' ? 'left' : 'over' })
    }),
}
