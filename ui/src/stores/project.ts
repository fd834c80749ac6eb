import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ExportFormat, MixerStatus, Peaks, Project, ProjectInfo, Strip, StripChange, TakeId, TrackId } from '@/domain'
import { type FileFilter, ipc } from '@/ipc'
import { useToasts } from './toasts'

const PEAK_BUCKETS = 6000
const LYRICS_PAUSE_MS = 700

export const useProject = defineStore('project', () => {
  const toasts = useToasts()
  const open = shallowRef<Project | null>(null)
  const projects = ref<ProjectInfo[]>([])
  const peaks = shallowRef<Peaks | null>(null)
  const lyrics = ref('')
  let lyricsWaiting = false
  let peaksOf: TakeId | null = null

  const current = computed(() => open.value?.takes.find((take) => take.id === open.value?.current) ?? null)

  // What the hand did last counts until the studio has answered; echoes of earlier moves would make faders jump.
  let moving = 0
  let echo: Strip[] | null = null

  function settled(mixer: Strip[]): Strip[] {
    if (moving === 0 || !open.value) return mixer
    echo = mixer
    return open.value.mixer
  }

  function put(project: Project) {
    if (!lyricsWaiting || project.id !== open.value?.id) lyrics.value = project.lyrics
    const same = project.id === open.value?.id && project.current === open.value.current
    if (!same) echo = null
    open.value = same ? { ...project, mixer: settled(project.mixer) } : project
    void loadPeaks(project.current)
  }

  function putMixer({ mixer, ...status }: MixerStatus) {
    if (open.value) open.value = { ...open.value, ...status, mixer: settled(mixer) }
  }

  function list(infos: ProjectInfo[]) {
    projects.value = [...infos].sort((a, b) => b.modified_ms - a.modified_ms)
  }

  async function loadPeaks(take: TakeId | null) {
    if (take === peaksOf) return
    peaksOf = take
    peaks.value = null
    if (!take) return
    const loaded = await toasts.attempt(ipc.getPeaks(take, PEAK_BUCKETS))
    if (peaksOf === take && loaded) peaks.value = loaded
  }

  async function load() {
    const [project, infos] = await Promise.all([toasts.attempt(ipc.getProject()), toasts.attempt(ipc.listProjects())])
    if (project) put(project)
    if (infos) list(infos)
  }

  const sendLyrics = useDebounceFn(() => flush(), LYRICS_PAUSE_MS)

  function writeLyrics(text: string) {
    lyrics.value = text
    lyricsWaiting = true
    void sendLyrics()
  }

  // A fader must follow the hand at once; the kept value arrives afterwards.
  async function setStrip(track: TrackId, change: StripChange, gesture: number) {
    const project = open.value
    if (!project) return
    const mixer = project.mixer.map((strip): Strip => (strip.track === track ? { ...strip, [change.kind]: change.value } : strip))
    open.value = { ...project, mixer }
    moving += 1
    const kept = await toasts.attempt(ipc.setStrip(track, change, gesture).then(() => true))
    moving -= 1
    if (!kept) return void load()
    if (moving > 0 || !echo || !open.value) return
    open.value = { ...open.value, mixer: echo }
    echo = null
  }

  async function importLyrics(path: string) {
    const text = await toasts.attempt(ipc.readLyricsFile(path))
    if (text !== undefined) await toasts.attempt(ipc.setLyrics(text))
  }

  /** Sends what is still being written: whoever keeps a version wants all of it. */
  async function flush() {
    if (!lyricsWaiting) return
    lyricsWaiting = false
    if (lyrics.value !== open.value?.lyrics) await toasts.attempt(ipc.setLyrics(lyrics.value))
  }

  async function exportTake(take: TakeId, format: ExportFormat, name: string, filter: FileFilter) {
    const path = await toasts.attempt(format === 'stems' ? ipc.pickFolder() : ipc.pickSavePath(name, filter))
    return path ? toasts.attempt(ipc.exportTake(take, format, path)) : undefined
  }

  async function openFolder() {
    const path = await toasts.attempt(ipc.pickFolder())
    if (path) await toasts.attempt(ipc.openProjectFolder(path))
  }

  return {
    open, projects, peaks, lyrics, current, put, putMixer, list, load, writeLyrics, importLyrics, setStrip, flush, exportTake, openFolder,
    create: (name: string | null) => toasts.attempt(ipc.newProject(name)),
    openById: (id: string) => toasts.attempt(ipc.openProject(id)),
    rename: (name: string) => toasts.attempt(ipc.renameProject(name)),
    useTake: (id: TakeId) => toasts.attempt(ipc.useTake(id)),
    star: (id: TakeId, starred: boolean) => toasts.attempt(ipc.starTake(id, starred)),
    remove: (id: TakeId) => toasts.attempt(ipc.deleteTake(id)),
    renameTake: (id: TakeId, title: string) => toasts.attempt(ipc.renameTake(id, title)),
    undo: () => toasts.attempt(ipc.undo()),
    redo: () => toasts.attempt(ipc.redo()),
    checkDrop: (paths: string[]) => toasts.attempt(ipc.checkDrop(paths)),
    openPath: (path: string) => toasts.attempt(ipc.openProjectFolder(path)),
  }
})
