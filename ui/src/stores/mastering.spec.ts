import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LibrarySound } from '@/domain'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { listen } from './events'
import { useImports } from './imports'
import { useJobs } from './jobs'
import { useMastering } from './mastering'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

async function mastering(count: number) {
  setActivePinia(createPinia())
  setIpc(createFake())
  await listen()
  const store = useMastering()
  const { rows } = await ipc.searchLibrary({ text: '', sort: 'added', descending: true, filter: { bpm_min: null, bpm_max: null, key: null, loudness_min: null, loudness_max: null, rating_min: 0, collection: null, missing_only: false }, offset: 0, limit: count })
  await store.open(rows, 'Masters')
  return { store, rows }
}

describe('what is to be mastered', () => {
  it('are the files that are here, each once, with a folder beside them', async () => {
    const { store, rows } = await mastering(3)
    expect(store.files.map(({ path }) => path)).toEqual(rows.map(({ path }) => path))
    expect(store.folder).toBe(`${rows[0]!.path.slice(0, rows[0]!.path.lastIndexOf('/'))}/Masters`)
    store.add(store.files)
    expect(store.files).toHaveLength(3)
    await store.open([{ ...rows[0]!, state: 'missing' } as LibrarySound], 'Masters')
    expect([store.files, store.ready]).toEqual([[], false])
  })

  it('may come from anywhere; what the library knows of a file is known', async () => {
    const { store, rows } = await mastering(0)
    expect(rows).toEqual([])
    const known = (await ipc.getSound('sound-2'))
    vi.spyOn(ipc, 'pickFiles').mockResolvedValue([known.path, '/elsewhere/new take.wav'])
    await store.chooseFiles({ name: '', extensions: [] }, 'Masters')
    expect(store.files.map(({ loudness }) => loudness?.integrated ?? null)).toEqual([known.analysis.loudness!.integrated, null])
    expect(store.ready).toBe(true)
  })

  it('is brought to the published target, or to one of their own', async () => {
    const { store } = await mastering(1)
    store.choice = 'ebu_r128'
    expect(store.target).toEqual({ loudness: -23, ceiling: -1 })
    store.choice = 'custom'
    store.custom = { loudness: -11, ceiling: -0.5 }
    expect(store.target.loudness).toBe(-11)
  })

  it('waits when the targets cannot be read, and asks again', async () => {
    setActivePinia(createPinia())
    setIpc(createFake())
    const list = vi.spyOn(ipc, 'listMasteringPresets').mockRejectedValueOnce({ code: 'internal', message: 'no', hint: 'again' })
    const store = useMastering()
    await store.open([], 'Masters')
    expect([store.problem?.message, store.ready]).toEqual(['no', false])
    list.mockRestore()
    await store.loadPresets()
    expect([store.problem, store.presets!.length]).toEqual([null, 5])
  })
})

describe('a batch', () => {
  it('tells of each file, also of the one that failed, and brings its results into the library', async () => {
    const { store } = await mastering(3)
    const send = vi.spyOn(ipc, 'masterFiles')
    await store.start()
    expect(send.mock.calls[0]![0].into_library).toBe(true)
    expect(store.batch?.results).toEqual([])
    await pass(1600)
    expect(store.batch?.results).toHaveLength(1)
    await pass(3000)
    expect(store.batch?.results.map(({ problem }) => problem?.code ?? 'done')).toEqual(['done', 'unsupported_file', 'done'])
    expect(store.batch?.results[0]!.mastered!.after.integrated).toBeCloseTo(-14, 0)
    await pass(100)
    const [first] = store.batch!.results
    expect(store.places.get(first!.mastered!.path)).toMatch(/^sound-/)
    expect(store.places.get(first!.source)).toMatch(/^sound-/)
    // It is the batch that tells of them, not a report that nobody asked for.
    expect(useImports().outcome).toBeNull()
  })

  it('stays out of the library when that is wished', async () => {
    const { store } = await mastering(1)
    store.intoLibrary = false
    await store.start()
    await pass(5000)
    expect(store.ended?.results).toHaveLength(1)
    expect(store.places.has(store.ended!.results[0]!.mastered!.path)).toBe(false)
  })

  it('is paused, goes on, and can be looked at again', async () => {
    const { store } = await mastering(2)
    const jobs = useJobs()
    await store.start()
    const id = store.shown!
    await pass(800)
    await jobs.pause(id)
    const { progress } = store.job!
    await pass(2000)
    expect([store.job!.state, store.job!.progress]).toEqual(['paused', progress])
    expect(jobs.active.map((job) => job.id)).toContain(id)
    store.close()
    await jobs.resume(id)
    await pass(5000)
    expect(store.job!.state).toBe('done')
    await store.show(id)
    expect([store.opened, store.batch!.results.length]).toEqual([true, 2])
  })

  it('sends one gain for an album only where there are several', async () => {
    const { store } = await mastering(1)
    const send = vi.spyOn(ipc, 'masterFiles')
    store.album = true
    await store.start()
    expect(send.mock.calls[0]![0].album).toBe(false)
  })

  it('that could not be started leaves everything as it was', async () => {
    const { store } = await mastering(1)
    vi.spyOn(ipc, 'masterFiles').mockRejectedValue({ code: 'unwritable', message: 'no', hint: '' })
    await store.start()
    expect([store.shown, store.starting, store.files.length]).toEqual([null, false, 1])
  })
})
