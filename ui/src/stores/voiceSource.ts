import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { JobId, LibrarySound, Peaks, Problem, SoundId } from '@/domain'
import { AppError, type FileFilter, ipc } from '@/ipc'
import type { Outcome } from './imports'
import { noFilter } from './library'
import { useToasts } from './toasts'

const SHOWN = 80
const TYPING_PAUSE_MS = 80
const PEAK_BUCKETS = 1200

/** The sound of the library that Clone Station listens to or changes, and where it is looked for. */
export const useVoiceSource = defineStore('voiceSource', () => {
  const toasts = useToasts()
  const text = ref('')
  const rows = shallowRef<LibrarySound[] | null>(null)
  const total = ref(0)
  const problem = shallowRef<Problem | null>(null)
  const sound = shallowRef<LibrarySound | null>(null)
  const peaks = shallowRef<Peaks | null>(null)
  const coming = ref<JobId | null>(null)
  let turn = 0
  let latest: Outcome | null = null

  async function search() {
    const mine = ++turn
    try {
      const page = await ipc.searchLibrary({ text: text.value.trim(), sort: 'added', descending: true, filter: noFilter(), offset: 0, limit: SHOWN })
      if (mine !== turn) return
      rows.value = page.rows
      total.value = page.total
      problem.value = null
    } catch (thrown) {
      if (mine === turn) problem.value = AppError.from(thrown)
    }
  }
  const searchSoon = useDebounceFn(search, TYPING_PAUSE_MS)

  function write(words: string) {
    text.value = words
    void searchSoon()
  }

  async function chooseById(id: SoundId) {
    const row = await toasts.attempt(ipc.getSound(id))
    if (row) sound.value = row
    return row
  }

  /** What was taken in becomes what is worked on; what was there already, too. */
  async function arrive({ report }: Outcome) {
    coming.value = null
    const id = report.added[0] ?? report.duplicates[0]?.of ?? report.relinked[0]
    if (id) await chooseById(id)
  }

  function imported(outcome: Outcome) {
    latest = outcome
    if (outcome.job !== null && outcome.job === coming.value) void arrive(outcome)
  }

  async function take(paths: string[]) {
    if (paths.length === 0) return
    const job = await toasts.attempt(ipc.importSounds(paths, null))
    if (!job) return
    coming.value = job
    // The import of one short file may be told of before the command has answered.
    if (latest?.job === job) await arrive(latest)
  }

  async function chooseFile(filter: FileFilter) {
    const path = await toasts.attempt(ipc.pickFile(filter))
    if (path) await take([path])
  }

  function put(next: LibrarySound) {
    if (sound.value?.id === next.id) sound.value = next
    if (rows.value?.some(({ id }) => id === next.id)) rows.value = rows.value.map((row) => (row.id === next.id ? next : row))
  }

  // Without a waveform the sound can still be heard, written down and changed.
  async function look(id: SoundId) {
    const loaded = await ipc.getSoundPeaks(id, PEAK_BUCKETS).catch(() => null)
    if (sound.value?.id === id) peaks.value = loaded
  }
  watch(() => (sound.value?.analysis.steps.peaks === 'done' ? sound.value.id : null), (id) => {
    peaks.value = null
    if (id) void look(id)
  })

  return {
    text, rows, total, problem, sound, peaks, coming, search, write, choose: (row: LibrarySound) => { sound.value = row }, chooseById, imported, take, chooseFile, put,
    /** Sounds came or went. */
    renew: () => { if (rows.value) void searchSoon() },
  }
})
