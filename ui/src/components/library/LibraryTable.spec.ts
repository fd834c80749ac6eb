import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { makeSound } from '@/ipc/fake/sounds'
import { show } from '@/testing/page'
import LibraryTable from './LibraryTable.vue'

let page: VueWrapper
const HEIGHT = 400
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(HEIGHT)
})
afterEach(() => page.unmount())

const sounds = Array.from({ length: 50 }, (_, seed) => makeSound(seed, Date.now()))

async function table(change: Record<string, unknown> = {}) {
  page = show(LibraryTable, {
    total: 100_000, at: (index: number) => sounds[index], has: (id: string) => id === 'sound-2', count: 1, cursor: 2, sort: 'title', descending: false, searching: false, answers: 1, ...change,
  })
  await nextTick()
  await nextTick()
  return page.get('[data-testid=library-list]')
}

const press = (list: Awaited<ReturnType<typeof table>>, key: string, more: Record<string, unknown> = {}) => list.trigger('keydown', { key, ...more })

describe('the list of sounds', () => {
  it('holds only the rows that are seen, of a hundred thousand', async () => {
    const onNeed = vi.fn()
    const list = await table({ onNeed })
    expect(list.attributes('aria-rowcount')).toBe('100001')
    const rows = page.findAll('[role=row]').length
    expect(rows).toBeGreaterThan(8)
    expect(rows).toBeLessThan(40)
    expect(onNeed.mock.lastCall![0]).toBe(0)
    expect(onNeed.mock.lastCall![1]).toBeLessThan(40)
  })

  it('shows title, artist, time, tempo, key, loudness, tags and rating', async () => {
    await table()
    const sound = { ...sounds[3]!, rating: 3, analysis: { ...sounds[3]!.analysis, bpm: 96.4, key: { tonic: 9, mode: 'minor' as const }, loudness: { ...sounds[3]!.analysis.loudness!, integrated: -13.64, true_peak: 0.4 }, sounds_like: [{ name: 'female vocals', score: 0.7 }] } }
    page.unmount()
    await table({ at: () => sound, total: 1 })
    const row = page.get(`[data-testid=library-row-${sound.id}]`)
    for (const text of [sound.tags.title, sound.tags.artist, '96.4', 'A minor', '−13.6', 'female vocals']) expect(row.text()).toContain(text)
    expect(row.get('[data-stars]').attributes('aria-label')).toBe('3 stars')
    expect(row.find('.over').exists()).toBe(true)
  })

  it('tells a missing file, and an analysis that is not finished', async () => {
    const sound = { ...sounds[1]!, state: 'missing' as const, analysis: { ...sounds[1]!.analysis, steps: { peaks: 'done', loudness: 'running', rhythm: 'waiting', beats: 'waiting', sounds_like: 'needs_model' } as const } }
    await table({ at: () => sound, total: 1 })
    expect(page.find('[aria-label="File missing"]').exists()).toBe(true)
    expect(page.findAll('.steps i').map((step) => step.attributes('title'))).toEqual(['Waveform: done', 'Loudness: listening', 'Tempo and key: waiting', 'Beats: waiting', 'Sounds like: needs a model'])
  })

  it('shows which sound is under the playhead', async () => {
    await table({ heard: 'sound-3', playing: true })
    expect(page.findAll('[data-testid=row-heard]').length).toBe(1)
    expect(page.get('#library-row-3').text()).toContain('Playing.')
  })

  it('keeps a place for rows that are on their way', async () => {
    await table({ at: () => undefined, total: 3 })
    expect(page.findAll('[data-testid=library-waiting]').length).toBe(3)
  })

  it('is walked with the keys of the keyboard', async () => {
    const heard = { onGo: vi.fn(), onExtend: vi.fn(), onAll: vi.fn(), onPlayPicked: vi.fn(), onOpen: vi.fn(), onRate: vi.fn(), onRemove: vi.fn(), onNone: vi.fn() }
    const list = await table(heard)
    for (const key of ['ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown']) await press(list, key)
    expect(heard.onGo.mock.calls.map(([index]) => index)).toEqual([3, 1, 0, 99_999, 11])
    await press(list, 'ArrowDown', { shiftKey: true })
    expect(heard.onExtend).toHaveBeenCalledWith(3)
    await press(list, 'a', { ctrlKey: true })
    await press(list, 'Enter')
    await press(list, 'Enter', { altKey: true })
    await press(list, 'Delete')
    await press(list, 'Escape')
    for (const key of '05') await press(list, key)
    expect(heard.onRate.mock.calls).toEqual([[0], [5]])
    for (const each of ['onAll', 'onPlayPicked', 'onOpen', 'onRemove', 'onNone'] as const) expect(heard[each], each).toHaveBeenCalledTimes(1)
    await press(list, '3', { ctrlKey: true })
    await press(list, '7')
    expect(heard.onRate).toHaveBeenCalledTimes(2)
  })

  it('says which row has the keys to those who cannot see it', async () => {
    const list = await table()
    expect(list.attributes('aria-activedescendant')).toBe('library-row-2')
    expect(page.get('#library-row-2').attributes('aria-selected')).toBe('true')
    expect(page.get('#library-row-1').attributes('aria-selected')).toBe('false')
  })

  it('picks with the mouse: one, one more, up to here', async () => {
    const heard = { onGo: vi.fn(), onExtend: vi.fn(), onToggle: vi.fn(), onGrab: vi.fn(), onPlay: vi.fn() }
    await table(heard)
    const row = (index: number) => page.get(`#library-row-${index} .c-title`)
    await row(4).trigger('pointerdown', { button: 0 })
    await row(5).trigger('pointerdown', { button: 0, ctrlKey: true })
    await row(6).trigger('pointerdown', { button: 0, shiftKey: true })
    await row(7).trigger('dblclick')
    expect([heard.onGo.mock.lastCall, heard.onToggle.mock.lastCall, heard.onExtend.mock.lastCall]).toEqual([[4], [5], [6]])
    expect(heard.onGrab).toHaveBeenCalledTimes(1)
    expect(heard.onPlay.mock.calls).toEqual([[7]])
  })

  it('lets the others of many go only when they are not carried away', async () => {
    const onGo = vi.fn()
    await table({ count: 3, has: () => true, onGo })
    await page.get('#library-row-4').trigger('pointerdown', { button: 0 })
    expect(onGo).not.toHaveBeenCalled()
    await page.get('#library-row-4').trigger('pointerup', { button: 0 })
    expect(onGo).toHaveBeenCalledWith(4)
  })

  it('picks the row under the menu first', async () => {
    const onGo = vi.fn()
    await table({ onGo })
    await page.get('#library-row-2').trigger('contextmenu')
    expect(onGo).not.toHaveBeenCalled()
    await page.get('#library-row-6').trigger('contextmenu')
    expect(onGo).toHaveBeenCalledWith(6)
  })

  it('sorts by its column heads and says how', async () => {
    const onSort = vi.fn()
    await table({ onSort, descending: true })
    await page.get('[data-testid=library-sort-loudness]').trigger('click')
    expect(onSort).toHaveBeenCalledWith('loudness')
    expect(page.get('.head .c-title').attributes('aria-sort')).toBe('descending')
    expect(page.get('.head .c-bpm').attributes('aria-sort')).toBe('none')
  })
})
