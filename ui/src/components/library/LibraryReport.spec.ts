import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ImportReport, Problem } from '@/domain'
import { makeSound } from '@/ipc/fake/sounds'
import { show } from '@/testing/page'
import LibraryAnalysis from './LibraryAnalysis.vue'
import LibraryDrop from './LibraryDrop.vue'
import LibraryLoudness from './LibraryLoudness.vue'
import LibraryReport from './LibraryReport.vue'
import LibraryTags from './LibraryTags.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const problem: Problem = { code: 'unsupported_file', message: 'notes.pdf is not a sound file', hint: 'WAV, FLAC and MP3 can be taken.' }
const report = (change: Partial<ImportReport> = {}): ImportReport => ({ added: ['a', 'b'], duplicates: [{ path: '/new/kick.wav', of: 'k', of_path: '/old/Kick 909.wav' }], relinked: [], refused: [{ path: '/new/notes.pdf', problem }], cancelled: false, ...change })

describe('the report of an import', () => {
  it('counts what was added, already there and refused', () => {
    page = show(LibraryReport, { report: report() })
    expect(['added', 'duplicates', 'refused'].map((id) => page.get(`[data-testid=report-${id}]`).text())).toEqual(['2', '1', '1'])
  })

  it('gives the reason and the hint of each refusal, and where a duplicate is already', () => {
    page = show(LibraryReport, { report: report() })
    const refusal = page.get('[data-testid=report-refusal]').text()
    for (const text of ['notes.pdf', problem.message, problem.hint]) expect(refusal).toContain(text)
    expect(page.get('[data-testid=report-duplicate]').text()).toContain('Kick 909.wav, /old')
  })

  it('does not grow with ten thousand refusals', () => {
    page = show(LibraryReport, { report: report({ refused: Array.from({ length: 10_000 }, (_, index) => ({ path: `/new/${index}.txt`, problem })) }) })
    expect(page.findAll('[data-testid=report-refusal]').length).toBe(100)
    expect(page.text()).toContain('and 9900 more')
  })

  it('says that it was stopped, and that what was added stays', () => {
    page = show(LibraryReport, { report: report({ cancelled: true }) })
    expect(page.text()).toContain('Import stopped')
    expect(page.text()).toContain('What was added until then stays.')
  })

  it('offers to show what was added only when something was', async () => {
    const onShow = vi.fn()
    page = show(LibraryReport, { report: report(), onShow })
    await page.get('[data-testid=report-show]').trigger('click')
    expect(onShow).toHaveBeenCalled()
    page.unmount()
    page = show(LibraryReport, { report: report({ added: [] }) })
    expect(page.find('[data-testid=report-show]').exists()).toBe(false)
  })
})

describe('the picture while dragging', () => {
  it('tells what can be taken, what not and why', () => {
    const { facts, name, path } = makeSound(3, 0)
    page = show(LibraryDrop, { preview: { sounds: 12, bytes: 1e6, first: [{ facts, name, path }], refused: [{ path: '/x/notes.pdf', problem }], refused_total: 1, more: true }, problem: null, into: 'Voces' })
    for (const text of ['Drop to add to “Voces”', '≥ 12', 'sounds can be taken', name, 'and 11 more', problem.message]) expect(page.text()).toContain(text)
  })

  it('says so while it is still looking', () => {
    page = show(LibraryDrop, { preview: null, problem: null, into: null })
    expect(page.text()).toContain('Looking…')
  })
})

describe('loudness', () => {
  const loudness = makeSound(3, 0).analysis.loudness!

  it('marks a true peak over full scale, and one above what EBU R 128 permits', () => {
    for (const [true_peak, state, text] of [[0.3, 'over', 'over 0 dBTP'], [-0.4, 'high', 'EBU R 128'], [-1, 'fine', '−1.0']] as const) {
      page = show(LibraryLoudness, { loudness: { ...loudness, true_peak } })
      expect(page.get('[data-testid=true-peak]').attributes('data-state')).toBe(state)
      expect(page.text()).toContain(text)
      page.unmount()
    }
    page = show(LibraryLoudness, { loudness: { ...loudness, integrated: -16.04, range: 7.25 } })
    expect(page.get('[data-testid=loudness-integrated]').text()).toBe('−16.0')
  })
})

describe('the tags', () => {
  const tags = makeSound(3, 0).tags

  it('send only what was changed, when the field is left', async () => {
    const onChange = vi.fn()
    page = show(LibraryTags, { tags: [tags], locked: false, onChange })
    const artist = page.get('[data-testid=tag-artist]')
    await artist.setValue('  Lía  ')
    expect(onChange).not.toHaveBeenCalled()
    await artist.trigger('blur')
    expect(onChange).toHaveBeenCalledWith({ artist: 'Lía' })
    await page.get('[data-testid=tag-album]').trigger('blur')
    expect(onChange).toHaveBeenCalledTimes(1)
  })

  it('take a year as a number, none as removed, and nothing else', async () => {
    const onChange = vi.fn()
    page = show(LibraryTags, { tags: [{ ...tags, year: 1999 }], locked: false, onChange })
    const year = page.get('[data-testid=tag-year]')
    for (const text of ['2024', 'soon', '']) {
      await year.setValue(text)
      await year.trigger('blur')
    }
    expect(onChange.mock.calls).toEqual([[{ year: 2024 }], [{ year: 0 }]])
  })

  it('of many sounds say where they differ, and leave titles alone', () => {
    page = show(LibraryTags, { tags: [{ ...tags, artist: 'A', genre: 'jazz' }, { ...tags, artist: 'B', genre: 'jazz' }], locked: false })
    expect(page.get('[data-testid=tag-artist]').attributes('placeholder')).toBe('Several values')
    expect((page.get('[data-testid=tag-genre]').element as HTMLInputElement).value).toBe('jazz')
    expect(page.find('[data-testid=tag-title]').exists()).toBe(false)
  })
})

describe('the analysis', () => {
  it('cancels a step under way, does a failed one again, and leads to a missing model', async () => {
    const heard = { onAgain: vi.fn(), onCancel: vi.fn(), onModels: vi.fn() }
    const analysis = { ...makeSound(3, 0).analysis, steps: { peaks: 'running', loudness: 'failed', rhythm: 'done', beats: 'done', sounds_like: 'needs_model' } as const, problem }
    page = show(LibraryAnalysis, { analysis, locked: false, ...heard })
    await page.get('[data-testid=step-peaks-cancel]').trigger('click')
    await page.get('[data-testid=step-loudness-again]').trigger('click')
    await page.get('[data-testid=step-sounds_like-model]').trigger('click')
    expect([heard.onCancel.mock.lastCall, heard.onAgain.mock.lastCall]).toEqual([[['peaks']], [['loudness']]])
    expect(heard.onModels).toHaveBeenCalled()
    expect(page.text()).toContain(problem.hint)
  })
})
