import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LibraryPage } from '@/domain'
import { AppError, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { applyEvent, listen } from './events'
import { PAGE, useLibrary } from './library'
import { usePicked } from './picked'
import { useToasts } from './toasts'

const open = (query = '') => setIpc(createFake(new URLSearchParams(query)))
const settled = () => new Promise((done) => setTimeout(done, 0))

beforeEach(() => {
  setActivePinia(createPinia())
  open()
})

// What a test left waiting must not ask for anything in the next one.
afterEach(() => usePicked().none())

async function opened() {
  const library = useLibrary()
  await library.load()
  return library
}

describe('looking for sounds', () => {
  it('is done once after a pause in typing, and keeps the last result until then', async () => {
    const library = await opened()
    const before = library.at(0)
    vi.useFakeTimers()
    const search = vi.spyOn(ipc, 'searchLibrary')
    for (const words of ['n', 'no', 'noche']) {
      library.write(words)
      await vi.advanceTimersByTimeAsync(40)
    }
    expect(search).not.toHaveBeenCalled()
    expect(library.at(0)).toEqual(before)
    await vi.advanceTimersByTimeAsync(100)
    vi.useRealTimers()
    expect(search).toHaveBeenCalledTimes(1)
    expect(library.total).toBeGreaterThan(0)
    expect(library.total).toBeLessThan(420)
    expect(library.at(0)?.name.toLowerCase()).toContain('noche')
  })

  it('forgets an answer that a newer question has overtaken', async () => {
    const library = await opened()
    const late: ((page: LibraryPage) => void)[] = []
    const real = ipc.searchLibrary
    vi.spyOn(ipc, 'searchLibrary').mockImplementationOnce(() => new Promise((done) => late.push(done))).mockImplementation(real)
    const slow = library.narrow({ rating_min: 1 })
    await library.narrow({ rating_min: 5 })
    const five = library.total
    late[0]!({ total: 7777, offset: 0, rows: [] })
    await slow
    expect(library.total).toBe(five)
    expect(library.loaded().every((sound) => sound.rating === 5)).toBe(true)
  })

  it('sorts by a column, turns it round at the second press, and starts ratings with the best', async () => {
    const library = await opened()
    await library.sortBy('title')
    expect([library.sort, library.descending]).toEqual(['title', false])
    await library.sortBy('title')
    expect(library.descending).toBe(true)
    await library.sortBy('rating')
    expect(library.at(0)?.rating).toBe(5)
  })

  it('tells a refusal with its hint, and tries again', async () => {
    open('library=failing')
    const library = useLibrary()
    await library.search()
    expect(library.problem).toMatchObject({ message: 'the library could not be read', hint: expect.stringContaining('try again') })
    await library.search()
    await library.again()
    expect(library.problem).toBeNull()
    expect(library.total).toBe(420)
  })

  it('takes words and filters away without leaving the collection', async () => {
    const library = await opened()
    await library.narrow({ collection: 'collection-1', missing_only: true })
    expect(library.narrowed).toBe(true)
    await library.widen()
    expect(library.narrowed).toBe(false)
    expect(library.filter.collection).toBe('collection-1')
    expect(library.total).toBe(84)
  })
})

describe('pages', () => {
  it('are fetched where the list is, once, and not for rows that flew past', async () => {
    open('sounds=5000')
    const library = await opened()
    await settled()
    const search = vi.spyOn(ipc, 'searchLibrary')
    for (let first = 600; first <= 4000; first += 200) library.need(first, first + 30)
    await vi.waitFor(() => expect(library.at(4010)).toBeDefined())
    await settled()
    const offsets = search.mock.calls.map(([query]) => query.offset)
    expect(offsets.length).toBeLessThan(6)
    expect(offsets).toContain(4000)
    library.need(4000, 4030)
    await settled()
    expect(new Set(offsets).size).toBe(offsets.length)
    expect(library.at(1000)).toBeUndefined()
  })

  it('are brought up to date where one is, when rows came or went', async () => {
    open('sounds=1000')
    const library = await opened()
    await listen()
    library.need(450, 480)
    await vi.waitFor(() => expect(library.at(460)).toBeDefined())
    const { id } = library.at(460)!
    await library.remove([library.at(0)!.id])
    await vi.waitFor(() => expect(library.total).toBe(999))
    expect(library.at(459)?.id).toBe(id)
    expect(library.answers).toBe(1)
  })

  it('are not asked for again and again while a search is under way', async () => {
    const library = await opened()
    const search = vi.spyOn(ipc, 'searchLibrary').mockImplementation(() => new Promise(() => undefined))
    void library.narrow({ rating_min: 3 })
    for (let count = 0; count < 10; count++) applyEvent({ type: 'library_changed', data: { sounds: 420, missing: 0, unanalysed: 0, arriving: [] } })
    expect(search).toHaveBeenCalledTimes(1)
  })
})

describe('what changed in the library', () => {
  it('reaches the row and the details, and nothing changes before it', async () => {
    const library = await opened()
    const picked = usePicked()
    picked.go(3)
    const { id } = library.at(3)!
    await library.rate([id], 1)
    expect(library.at(3)?.rating).not.toBe(1)
    await listen()
    await library.rate([id], 1)
    expect(library.at(3)?.rating).toBe(1)
    expect(picked.sound?.rating).toBe(1)
  })

  it('leaves a collection that is deleted', async () => {
    const library = await opened()
    await listen()
    await library.narrow({ collection: 'collection-2' })
    await library.deleteCollection('collection-2')
    await vi.waitFor(() => expect(library.total).toBe(420))
    expect(library.collections.map(({ name }) => name)).toEqual(['Drum loops', 'Voces'])
  })

  it('tells why a command was refused', async () => {
    const library = await opened()
    vi.spyOn(ipc, 'editTags').mockRejectedValue(new AppError('unwritable', 'the tags could not be written', 'The file is read-only.'))
    await library.editTags(['sound-1'], { title: 'x' })
    expect(useToasts().list).toMatchObject([{ text: 'the tags could not be written', hint: 'The file is read-only.' }])
  })
})

describe('picking', () => {
  it('goes to one row, extends to another, and lets single ones go', async () => {
    const library = await opened()
    const picked = usePicked()
    picked.go(2)
    await picked.extend(5)
    expect(picked.count).toBe(4)
    await picked.extend(0)
    expect(picked.count).toBe(3)
    picked.toggle(1)
    expect([0, 1, 2].map((index) => picked.has(library.at(index)!.id))).toEqual([true, false, true])
    picked.go(9999)
    expect(picked.cursor).toBe(419)
  })

  it('extends over rows that are not on the page', async () => {
    open('sounds=3000')
    await opened()
    const picked = usePicked()
    picked.go(10)
    await picked.extend(2509)
    expect(picked.count).toBe(2500)
    expect(new Set(await picked.chosen()).size).toBe(2500)
  })

  it('takes everything that was found but what is let go, wherever it is', async () => {
    open('sounds=2500')
    const library = await opened()
    const picked = usePicked()
    picked.all()
    picked.toggle(4)
    expect(picked.count).toBe(2499)
    const ids = await picked.chosen()
    expect(ids.length).toBe(2499)
    expect(ids).not.toContain(library.at(4)!.id)
  })

  it('picks a row that arrives later', async () => {
    open('sounds=1000')
    const library = await opened()
    const picked = usePicked()
    picked.go(900)
    expect(picked.count).toBe(0)
    library.need(890, 920)
    await vi.waitFor(() => expect(picked.count).toBe(1))
    expect(picked.sound?.id).toBe(library.at(900)!.id)
  })

  it('ends with a new search, so that nothing unseen is changed', async () => {
    const library = await opened()
    const picked = usePicked()
    picked.all()
    await library.narrow({ missing_only: true })
    await settled()
    expect(picked.count).toBe(0)
    expect(picked.cursor).toBe(-1)
  })

  it('stays with the sound when rows before it go', async () => {
    const library = await opened()
    await listen()
    const picked = usePicked()
    picked.go(6)
    const { id } = picked.sound!
    await library.remove([library.at(0)!.id])
    await vi.waitFor(() => expect(library.total).toBe(419))
    await settled()
    expect(picked.cursor).toBe(5)
    expect(library.at(picked.cursor)?.id).toBe(id)
  })

  it('goes on to the sound that moves up when one is taken away', async () => {
    const library = await opened()
    const picked = usePicked()
    picked.go(7)
    const [taken, next] = [library.at(7)!, library.at(8)!]
    await library.remove([taken.id])
    picked.leave([taken.id])
    expect(picked.count).toBe(0)
    library.put({ ...library.at(0)!, rating: 5 })
    await settled()
    expect(picked.count).toBe(0)
    await library.refresh()
    await settled()
    expect(picked.sound?.id).toBe(next.id)
    expect(picked.cursor).toBe(7)
  })

  it('shows the sound as new pages have it, when many change at once', async () => {
    const library = await opened()
    const picked = usePicked()
    picked.go(4)
    const { id, analysis } = picked.sound!
    const real = ipc.searchLibrary
    const cancelled = { ...analysis, steps: { ...analysis.steps, loudness: 'cancelled' as const } }
    vi.spyOn(ipc, 'searchLibrary').mockImplementation(async (query) => {
      const page = await real(query)
      return { ...page, rows: page.rows.map((row) => (row.id === id ? { ...row, analysis: cancelled } : row)) }
    })
    await library.refresh()
    await settled()
    expect(picked.sound?.analysis.steps.loudness).toBe('cancelled')
    expect(picked.cursor).toBe(4)
  })

  it('keeps both ends of what is picked when rows come before it', async () => {
    const library = await opened()
    await listen()
    const picked = usePicked()
    picked.go(5)
    await picked.extend(8)
    await library.remove([library.at(0)!.id])
    await vi.waitFor(() => expect(picked.cursor).toBe(7))
    await picked.extend(9)
    expect([4, 5, 9, 10].map((index) => picked.has(library.at(index)!.id))).toEqual([true, true, true, false])
    expect(picked.count).toBe(6)
  })

  it('asks for the waveform only of the row where it rests', async () => {
    await opened()
    const picked = usePicked()
    vi.useFakeTimers()
    const peaks = vi.spyOn(ipc, 'getSoundPeaks')
    for (let index = 0; index < 20; index++) picked.go(index)
    await vi.advanceTimersByTimeAsync(300)
    vi.useRealTimers()
    expect(peaks.mock.calls.map(([id]) => id)).toEqual([picked.sound!.id])
    expect(picked.peaks?.max.length).toBeGreaterThan(PAGE)
  })
})
