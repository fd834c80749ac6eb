import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, nextTick, ref, shallowRef, watch } from 'vue'
import type { LibrarySound, Peaks, SoundId } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { noFilter, PAGE, useLibrary } from './library'

const PEAK_BUCKETS = 2000
/** Holding an arrow key must not ask for the waveform of every row it passes. */
const REST_MS = 120

/** What is picked in the list, and the one sound whose details are shown. */
export const usePicked = defineStore('picked', () => {
  const library = useLibrary()
  const marked = shallowRef(new Set<SoundId>())
  /** Everything that was found is picked, but for what is marked. */
  const everything = ref(false)
  /** The row that has the keys; −1 is none. */
  const cursor = ref(-1)
  const sound = shallowRef<LibrarySound | null>(null)
  const detailsOpen = ref(true)
  const peaks = shallowRef<Peaks | null>(null)
  const peaksProblem = shallowRef<AppError | null>(null)
  const cover = ref<string | null>(null)

  let anchor = 0
  let awaited = false
  let gone: Set<SoundId> | null = null
  let wavesOf: SoundId | null = null
  let coverOf: SoundId | null = null

  const count = computed(() => (everything.value ? Math.max(0, library.total - marked.value.size) : marked.value.size))
  const has = (id: SoundId) => marked.value.has(id) !== everything.value
  /** The picked sounds that are on this page; all of them unless there are very many. */
  const near = computed(() => (count.value > 0 ? library.loaded().filter((row) => has(row.id)) : []))

  function mark(ids: Iterable<SoundId>, all = false) {
    marked.value = new Set(ids)
    everything.value = all
  }

  function none() {
    mark([])
    show(null)
  }

  /** Lets sounds go that leave the list; once they have left it, the one that moved up is picked. */
  function leave(ids: SoundId[]) {
    none()
    gone = new Set(ids)
    // The list may have been told before the command answered.
    moveUp()
  }

  function moveUp() {
    const row = library.at(within(cursor.value))
    if (cursor.value < 0 || library.total === 0) gone = null
    if (!gone || !row || gone.has(row.id)) return
    gone = null
    go(cursor.value)
  }

  function all() {
    mark([], true)
  }

  const within = (index: number) => Math.min(Math.max(0, index), library.total - 1)

  /** Goes to a row and picks it alone. */
  function go(index: number) {
    if (library.total === 0) return
    anchor = cursor.value = within(index)
    const row = library.at(cursor.value)
    awaited = row === undefined
    if (!row) return
    mark([row.id])
    show(row)
  }

  /** Picks everything from where the picking began to a row. */
  async function extend(index: number) {
    if (library.total === 0) return
    if (cursor.value < 0) return go(index)
    const to = cursor.value = within(index)
    const ids = await library.idsBetween(Math.min(anchor, to), Math.max(anchor, to))
    if (cursor.value !== to) return
    mark(ids)
    const row = library.at(to)
    if (row) show(row)
  }

  /** Picks a row as well, or lets it go. */
  function toggle(index: number) {
    const row = library.at(index)
    if (!row) return
    anchor = cursor.value = index
    const next = new Set(marked.value)
    if (!next.delete(row.id)) next.add(row.id)
    marked.value = next
    if (has(row.id)) show(row)
  }

  async function chosen(): Promise<SoundId[]> {
    if (!everything.value) return [...marked.value]
    const ids = await library.idsBetween(0, library.total - 1)
    return ids.filter((id) => !marked.value.has(id))
  }

  /** The picked sounds themselves; those that are not on this page are asked for. */
  async function sounds(): Promise<LibrarySound[]> {
    const here = new Map(near.value.map((row) => [row.id, row]))
    const found = await Promise.all((await chosen()).map((id) => here.get(id) ?? ipc.getSound(id).catch(() => null)))
    return found.filter((row) => row !== null)
  }

  /** Goes to a new sound: among all of them, the newest first. */
  async function reveal(id: SoundId) {
    library.text = ''
    library.sort = 'added'
    library.descending = true
    await library.narrow(noFilter())
    await nextTick()
    const index = indexOf(id)
    if (index >= 0) go(index)
  }

  function show(row: LibrarySound | null) {
    const other = row?.id !== sound.value?.id
    sound.value = row
    if (other) {
      peaks.value = peaksProblem.value = null
      cover.value = wavesOf = coverOf = null
    }
    if (row) void (other ? lookSoon() : look())
  }

  async function look() {
    const now = sound.value
    if (!now) return
    const jobs = []
    if (now.analysis.steps.peaks === 'done' && wavesOf !== now.id) jobs.push(loadPeaks(now.id))
    if (now.has_cover && coverOf !== now.id) jobs.push(loadCover(now.id))
    if (!now.has_cover) cover.value = coverOf = null
    await Promise.all(jobs)
  }
  const lookSoon = useDebounceFn(async () => {
    // Asked for a sound, the studio notices whether its file is gone or back, and tells so as it tells any change.
    if (sound.value) void ipc.getSound(sound.value.id).catch(() => null)
    await look()
  }, REST_MS)

  async function loadPeaks(id: SoundId) {
    wavesOf = id
    peaksProblem.value = null
    try {
      const loaded = await ipc.getSoundPeaks(id, PEAK_BUCKETS)
      if (sound.value?.id === id) peaks.value = loaded
    } catch (thrown) {
      if (sound.value?.id === id) peaksProblem.value = AppError.from(thrown)
    }
  }

  // A cover that cannot be read is a sound without a cover: nothing is lost that a person could mend.
  async function loadCover(id: SoundId) {
    coverOf = id
    const picture = await ipc.getCover(id).catch(() => null)
    if (sound.value?.id === id) cover.value = picture
  }

  function renew(row: LibrarySound) {
    const moved = row.path !== sound.value?.path || row.state !== sound.value.state
    if (moved || row.analysis.steps.peaks !== 'done') {
      wavesOf = null
      peaks.value = null
    }
    show(row)
  }

  /** The new state of a sound; its cover may be another one. */
  function put(row: LibrarySound) {
    if (row.id !== sound.value?.id) return
    coverOf = null
    renew(row)
  }

  function indexOf(id: SoundId) {
    if (library.at(cursor.value)?.id === id) return cursor.value
    for (const [page, rows] of library.pages) {
      const index = rows.findIndex((row) => row.id === id)
      if (index >= 0) return page * PAGE + index
    }
    return -1
  }

  watch(() => library.answers, () => {
    none()
    cursor.value = -1
    anchor = 0
    awaited = false
    gone = null
  })
  // Rows move when others come and go: the keys stay with the sound, not with the number of its row.
  watch(() => library.pages, () => {
    if (awaited && library.at(cursor.value)) go(cursor.value)
    if (gone) moveUp()
    const index = sound.value ? indexOf(sound.value.id) : -1
    if (index < 0) return
    if (cursor.value >= 0 && index !== cursor.value) {
      anchor = Math.max(0, anchor + index - cursor.value)
      cursor.value = index
    }
    // Changes of many sounds at once are told by new pages only.
    const row = library.at(index)!
    if (JSON.stringify(row) !== JSON.stringify(sound.value)) renew(row)
  })

  return {
    cursor, count, everything, detailsOpen, sound, peaks, peaksProblem, cover, near,
    has, none, all, leave, go, extend, toggle, chosen, sounds, reveal, put, look,
    retryPeaks: () => (sound.value ? loadPeaks(sound.value.id) : undefined),
  }
})
