import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { BEGINNING } from '@/composables/mastering'
import { fileName, folderOf } from '@/composables/paths'
import type { Encoding, Job, JobId, LibrarySound, Loudness, LoudnessTarget, Mastering, Preset, PresetTarget, Problem, SoundId } from '@/domain'
import { AppError, type FileFilter, ipc } from '@/ipc'
import { isActive, useJobs } from './jobs'
import { noFilter } from './library'
import { useToasts } from './toasts'

/** A file that is to be mastered, with what the library knows of it. */
export type Candidate = { path: string; name: string; loudness: Loudness | null }
export type Choice = Preset | 'custom'

const LOOKED_THROUGH = 200

const candidateOf = (sound: LibrarySound): Candidate => ({ path: sound.path, name: sound.tags.title || sound.name, loudness: sound.analysis.loudness })

/** Files brought to a loudness: what is asked for, and the batches that came of it. */
export const useMastering = defineStore('mastering', () => {
  const toasts = useToasts()
  const jobs = useJobs()
  const opened = ref(false)
  const presets = shallowRef<PresetTarget[] | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const files = shallowRef<Candidate[]>([])
  const choice = ref<Choice>('streaming')
  const custom = ref<LoudnessTarget>({ loudness: -14, ceiling: -1 })
  const encoding = ref<Encoding>(BEGINNING.wav)
  const album = ref(false)
  const folder = ref('')
  const intoLibrary = ref(true)
  const starting = ref(false)
  /** The batch whose progress is on screen; `null` while one is prepared. */
  const shown = ref<JobId | null>(null)
  const batches = shallowRef(new Map<JobId, Mastering>())
  /** Where files lie in the library, by path, as far as somebody asked. */
  const places = shallowRef(new Map<string, SoundId>())
  const ended = shallowRef<Mastering | null>(null)
  const untold = new Set<JobId>()

  const target = computed<LoudnessTarget>(() => presets.value?.find(({ preset }) => preset === choice.value)?.target ?? custom.value)
  const batch = computed(() => (shown.value ? (batches.value.get(shown.value) ?? null) : null))
  const job = computed(() => (shown.value ? (jobs.byId(shown.value) ?? null) : null))
  const ready = computed(() => files.value.length > 0 && folder.value !== '' && !starting.value && presets.value !== null)

  async function loadPresets() {
    problem.value = null
    try {
      presets.value = await ipc.listMasteringPresets()
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    }
  }

  /** A folder beside the first file, until the person chooses another. */
  function suggestFolder(name: string) {
    const first = files.value[0]
    if (!first || folder.value !== '') return
    const beside = folderOf(first.path)
    folder.value = `${beside}${beside.includes('\\') ? '\\' : beside.endsWith('/') ? '' : '/'}${name}`
  }

  function add(more: Candidate[]) {
    const known = new Set(files.value.map(({ path }) => path))
    files.value = [...files.value, ...more.filter(({ path }) => !known.has(path))]
  }

  function open(sounds: LibrarySound[], folderName: string) {
    files.value = []
    folder.value = ''
    shown.value = null
    opened.value = true
    add(sounds.filter(({ state }) => state === 'present').map(candidateOf))
    suggestFolder(folderName)
    return presets.value ? undefined : loadPresets()
  }

  /** The sound of the library whose file lies at a path. */
  async function soundAt(path: string): Promise<LibrarySound | null> {
    const text = fileName(path).replace(/\.\w+$/, '').split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(' ')
    const page = await ipc.searchLibrary({ text, sort: 'added', descending: true, filter: noFilter(), offset: 0, limit: LOOKED_THROUGH }).catch(() => null)
    return page?.rows.find((row) => row.path === path) ?? null
  }

  async function chooseFiles(filter: FileFilter, folderName: string) {
    const paths = (await toasts.attempt(ipc.pickFiles(filter))) ?? []
    const found = await Promise.all(paths.map(async (path) => {
      const sound = await soundAt(path)
      return sound ? candidateOf(sound) : { path, name: fileName(path), loudness: null }
    }))
    add(found)
    suggestFolder(folderName)
  }

  async function chooseFolder() {
    folder.value = (await toasts.attempt(ipc.pickFolder())) ?? folder.value
  }

  async function start() {
    if (!ready.value) return
    starting.value = true
    const request = {
      files: files.value.map(({ path }) => path), target: { ...target.value }, encoding: { ...encoding.value },
      album: album.value && files.value.length > 1, folder: folder.value, into_library: intoLibrary.value,
    }
    const id = await toasts.attempt(ipc.masterFiles(request))
    starting.value = false
    if (!id) return
    if (!batches.value.has(id)) put({ job: id, request, results: [] })
    untold.add(id)
    shown.value = id
    const begun = jobs.byId(id)
    if (begun) follow(begun)
  }

  function put(next: Mastering) {
    batches.value = new Map(batches.value).set(next.job, next)
    if (next.job === shown.value) void locate()
  }

  function follow(next: Job) {
    if (next.work.kind !== 'master' || isActive(next)) return
    const done = batches.value.get(next.id)
    if (done && untold.delete(next.id)) ended.value = done
    if (next.id === shown.value) void locate()
  }

  /** Opens the progress and the results of a batch. */
  async function show(id: JobId) {
    shown.value = id
    opened.value = true
    const kept = await toasts.attempt(ipc.getMastering(id))
    if (kept) put(kept)
    await locate()
  }

  /** Finds out which files of the batch on screen are in the library: those can be heard and compared. */
  async function locate() {
    const results = batch.value?.results ?? []
    const wanted = results.flatMap(({ source, mastered }) => (mastered ? [source, mastered.path] : [])).filter((path) => !places.value.has(path))
    const found = await Promise.all(wanted.map(soundAt))
    const next = new Map(places.value)
    for (const sound of found) if (sound) next.set(sound.path, sound.id)
    if (next.size !== places.value.size) places.value = next
  }

  return {
    opened, presets, problem, files, choice, custom, encoding, album, folder, intoLibrary, starting, shown, batches, places, ended, target, batch, job, ready,
    loadPresets, open, add, chooseFiles, chooseFolder, start, put, follow, show, locate,
    drop: (path: string) => { files.value = files.value.filter((file) => file.path !== path) },
    close: () => { opened.value = false },
    another: () => { shown.value = null },
    take: (path: string) => toasts.attempt(ipc.importSounds([path], null)),
  }
})
