import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { AnalysisStep, Collection, CollectionId, LibraryFilter, LibraryPage, LibraryQuery, LibrarySort, LibrarySound, LibraryStatus, Problem, SoundId, TagChange } from '@/domain'
import { LIBRARY_LIMITS } from '@/domain'
import { AppError, type FileFilter, ipc } from '@/ipc'
import { useToasts } from './toasts'

/** Rows of one page as the list fetches them. */
export const PAGE = 200
const PAGES_KEPT = 60
const TYPING_PAUSE_MS = 80
/** Columns that are wanted from the top down first: the newest, the best. */
const FALLING: LibrarySort[] = ['added', 'rating']

export const noFilter = (): LibraryFilter => ({
  bpm_min: null, bpm_max: null, key: null, loudness_min: null, loudness_max: null, rating_min: 0, collection: null, missing_only: false,
})

const pageOf = (index: number) => Math.floor(index / PAGE)
const between = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, step) => first + step)

/** The library as far as the page knows it: what is looked for, and the pages of the answer that were on screen. */
export const useLibrary = defineStore('library', () => {
  const toasts = useToasts()
  const text = ref('')
  const sort = ref<LibrarySort>('added')
  const descending = ref(true)
  const filter = shallowRef<LibraryFilter>(noFilter())
  const status = shallowRef<LibraryStatus | null>(null)
  const collections = shallowRef<Collection[]>([])

  const total = ref(0)
  const pages = shallowRef(new Map<number, LibrarySound[]>())
  const known = ref(false)
  const searching = ref(false)
  const problem = shallowRef<Problem | null>(null)
  /** Counts answers to new searches; what is merely brought up to date keeps its place on screen. */
  const answers = ref(0)

  let turn = 0
  let asked: LibraryQuery = query()
  let shown: [number, number] = [0, 0]
  let stale = false
  let filling = false

  const narrowed = computed(() => {
    const { collection: _collection, ...rest } = filter.value
    const { collection: _none, ...blank } = noFilter()
    return text.value.trim() !== '' || JSON.stringify(rest) !== JSON.stringify(blank)
  })

  function query(): LibraryQuery {
    return { text: text.value.trim(), sort: sort.value, descending: descending.value, filter: { ...filter.value }, offset: 0, limit: PAGE }
  }

  const at = (index: number): LibrarySound | undefined => pages.value.get(pageOf(index))?.[index % PAGE]
  const ask = (page: number) => ipc.searchLibrary({ ...asked, offset: page * PAGE })

  /** Asks for pages anew; the old ones stay on screen until the answer is whole. */
  async function find(first: number, last: number, anew: boolean) {
    const mine = ++turn
    searching.value = true
    stale = false
    try {
      const found = await Promise.all(between(first, last).map(ask))
      if (mine !== turn) return
      pages.value = new Map(found.map((page, step) => [first + step, page.rows]))
      total.value = found[0]?.total ?? 0
      problem.value = null
      known.value = true
      if (anew) answers.value += 1
    } catch (thrown) {
      if (mine === turn) problem.value = AppError.from(thrown)
    } finally {
      if (mine === turn) searching.value = false
    }
    if (mine !== turn || problem.value) return
    if (stale) void refresh()
    else void fill()
  }

  function search() {
    asked = query()
    return find(0, 0, true)
  }
  const searchSoon = useDebounceFn(search, TYPING_PAUSE_MS)

  /** Brings what is on screen up to date. Never overtakes a search under way, or a busy library would starve it. */
  async function refresh() {
    if (searching.value) stale = true
    else await find(pageOf(shown[0]), pageOf(shown[1]), false)
  }

  function missingPage() {
    if (searching.value || total.value === 0) return undefined
    const last = pageOf(total.value - 1)
    const [from, to] = [pageOf(shown[0]), Math.min(last, pageOf(shown[1]))]
    // What is on screen first, then what will be a moment later.
    return [...between(from, Math.max(from, to)), to + 1, from - 1].find((page) => page >= 0 && page <= last && !pages.value.has(page))
  }

  function keep(page: number, { rows, total: now }: LibraryPage) {
    const next = new Map(pages.value).set(page, rows)
    const centre = pageOf(shown[0])
    for (const far of [...next.keys()].sort((a, b) => Math.abs(b - centre) - Math.abs(a - centre)).slice(0, Math.max(0, next.size - PAGES_KEPT))) next.delete(far)
    pages.value = next
    total.value = now
  }

  /** Fetches what the list shows and does not have: one page at a time, so that a flung scrollbar asks only where it rests. */
  async function fill() {
    if (filling) return
    filling = true
    try {
      for (let page = missingPage(); page !== undefined; page = missingPage()) {
        const mine = turn
        const answer = await ask(page)
        if (mine === turn) keep(page, answer)
      }
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    } finally {
      filling = false
    }
  }

  function need(first: number, last: number) {
    shown = [first, last]
    if (!problem.value) void fill()
  }

  const again = () => (known.value ? refresh() : load())

  async function load() {
    const [kept, lists] = await Promise.all([toasts.attempt(ipc.getLibraryStatus()), toasts.attempt(ipc.listCollections()), search()])
    if (kept) status.value = kept
    if (lists) collections.value = lists
  }

  function write(words: string) {
    text.value = words
    void searchSoon()
  }

  function sortBy(column: LibrarySort) {
    if (column === sort.value) descending.value = !descending.value
    else [sort.value, descending.value] = [column, FALLING.includes(column)]
    return search()
  }

  function narrow(change: Partial<LibraryFilter>) {
    filter.value = { ...filter.value, ...change }
    return search()
  }

  /** Takes search words and filters away, and stays in the collection. */
  function widen() {
    text.value = ''
    return narrow({ ...noFilter(), collection: filter.value.collection })
  }

  function putStatus(next: LibraryStatus) {
    status.value = next
    if (known.value) void refresh()
  }

  function put(sound: LibrarySound) {
    for (const [page, rows] of pages.value) {
      const index = rows.findIndex((row) => row.id === sound.id)
      if (index < 0) continue
      pages.value = new Map(pages.value).set(page, rows.with(index, sound))
      return
    }
  }

  function putCollections(next: Collection[]) {
    collections.value = next
    if (filter.value.collection && !next.some(({ id }) => id === filter.value.collection)) void narrow({ collection: null })
  }

  /** The ids from one row of the answer to another, fetched where they are not on this page yet. */
  async function idsBetween(first: number, last: number): Promise<SoundId[]> {
    const rows: (LibrarySound | undefined)[] = between(first, last).map(at)
    if (rows.every((row) => row !== undefined)) return rows.map((row) => row!.id)
    const ids: SoundId[] = []
    for (let offset = first; offset <= last; offset += LIBRARY_LIMITS.pageRows) {
      const limit = Math.min(LIBRARY_LIMITS.pageRows, last - offset + 1)
      const page = await toasts.attempt(ipc.searchLibrary({ ...asked, offset, limit }))
      if (!page) return []
      ids.push(...page.rows.map((row) => row.id))
    }
    return ids
  }

  async function relink(sound: SoundId, filter: FileFilter) {
    const path = await toasts.attempt(ipc.pickFile(filter))
    if (path) await toasts.attempt(ipc.relinkSound(sound, path))
  }

  async function relinkAll() {
    const folder = await toasts.attempt(ipc.pickFolder())
    return folder ? toasts.attempt(ipc.relinkSounds(folder)) : undefined
  }

  async function chooseCover(sound: SoundId, filter: FileFilter) {
    const picture = await toasts.attempt(ipc.pickFile(filter))
    if (picture) await toasts.attempt(ipc.setCover(sound, picture))
  }

  async function check() {
    const next = await toasts.attempt(ipc.checkLibrary())
    if (next) putStatus(next)
    return next
  }

  return {
    text, sort, descending, filter, status, collections, total, pages, known, searching, problem, answers, narrowed,
    at, search, refresh, need, again, load, write, sortBy, narrow, widen, putStatus, put, putCollections, idsBetween, relink, relinkAll, chooseCover, check,
    loaded: () => [...pages.value.values()].flat(),
    remove: (ids: SoundId[]) => toasts.attempt(ipc.removeSounds(ids).then(() => true)),
    rate: (ids: SoundId[], rating: number) => toasts.attempt(ipc.rateSounds(ids, rating)),
    editTags: (ids: SoundId[], change: TagChange) => toasts.attempt(ipc.editTags(ids, change)),
    dropCover: (id: SoundId) => toasts.attempt(ipc.setCover(id, null)),
    analyse: (ids: SoundId[], steps: AnalysisStep[]) => toasts.attempt(ipc.analyseSounds(ids, steps)),
    cancelAnalysis: (ids: SoundId[], steps: AnalysisStep[]) => toasts.attempt(ipc.cancelAnalysis(ids, steps)),
    reveal: (path: string) => toasts.attempt(ipc.revealFile(path)),
    createCollection: (name: string) => toasts.attempt(ipc.createCollection(name)),
    renameCollection: (id: CollectionId, name: string) => toasts.attempt(ipc.renameCollection(id, name)),
    deleteCollection: (id: CollectionId) => toasts.attempt(ipc.deleteCollection(id)),
    addTo: (id: CollectionId, ids: SoundId[]) => toasts.attempt(ipc.addToCollection(id, ids).then(() => true)),
    removeFrom: (id: CollectionId, ids: SoundId[]) => toasts.attempt(ipc.removeFromCollection(id, ids).then(() => true)),
  }
})
