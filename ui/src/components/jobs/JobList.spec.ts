import { afterEach, describe, expect, it, vi } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import type { Job } from '@/domain'
import { blankRequest } from '@/ipc/fake/song'
import { show } from '@/testing/page'
import JobList from './JobList.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const job = (id: string, change: Partial<Job>): Job => ({
  id, work: { kind: 'generate', project: 'p', request: { ...blankRequest(), prompt: `song ${id}` } }, priority: 'pro', state: 'queued', stage: 'waiting', progress: 0,
  attempt: 1, problem: null, created_ms: 1000, started_ms: null, finished_ms: null, ...change,
})

function list(jobs: Job[], handlers: Record<string, unknown> = {}) {
  page = show(JobList, { jobs, models: [{ id: 'm', name: 'musicnn' }], ...handlers })
  return page.findAll('[data-testid=job-row]')
}

describe('the jobs tray', () => {
  it('says so when nothing runs', () => {
    list([])
    expect(page.text()).toContain('Nothing is running')
  })

  it('shows the measured percentage and the stage in words', () => {
    const [row] = list([job('a', { state: 'running', stage: 'rendering', progress: 0.374 })])
    expect(row!.get('[data-testid=job-percent]').text()).toBe('37 %')
    expect(row!.text()).toContain('Playing the instruments')
    expect(row!.get('[role=progressbar]').attributes('aria-valuenow')).toBe('37')
  })

  it('puts what runs first and what is over last', () => {
    const rows = list([job('done', { state: 'done' }), job('queued', {}), job('running', { state: 'running' }), job('failed', { state: 'failed' })])
    expect(rows.map((row) => row.attributes('data-job'))).toEqual(['running', 'queued', 'failed', 'done'])
  })

  it('gives the reason of a failure, its hint, and another try', async () => {
    const onRetry = vi.fn()
    const problem = { code: 'disk_full' as const, message: 'could not write the song', hint: 'Free some space.' }
    const [row] = list([job('a', { state: 'failed', problem })], { onRetry })
    expect(row!.text()).toContain('could not write the song')
    expect(row!.text()).toContain('Free some space.')
    await row!.get('[data-testid=job-retry]').trigger('click')
    expect(onRetry).toHaveBeenCalledWith('a')
  })

  it('cancels what is under way and nothing else', async () => {
    const onCancel = vi.fn()
    const rows = list([job('a', { state: 'running' }), job('b', { state: 'done' })], { onCancel })
    await rows[0]!.get('[data-testid=job-cancel]').trigger('click')
    expect(onCancel).toHaveBeenCalledWith('a')
    expect(rows[1]!.find('[data-testid=job-cancel]').exists()).toBe(false)
  })

  it('names the works of the library', () => {
    const work = [{ kind: 'import_sounds' as const, paths: ['/m/kick.wav'], collection: null }, { kind: 'import_sounds' as const, paths: ['/m/Loops', '/m/b.wav', '/m/c.wav'], collection: null }, { kind: 'analyse_sounds' as const }, { kind: 'relink_sounds' as const, folder: '/media/usb/Old' }]
    const rows = list(work.map((each, index) => job(String(index), { work: each, state: 'running', stage: 'importing' })))
    expect(rows.map((row) => row.get('.name').text()).sort()).toEqual(['Analysis of the library', 'Import of Loops and 2 more', 'Import of kick.wav', 'Looking for moved files in Old'])
    expect(rows[0]!.text()).toContain('Importing')
  })

  it('lets a batch be paused, taken up again and looked at, and nothing else', async () => {
    const work = { kind: 'master' as const, request: { files: ['/m/a.wav', '/m/b.wav'], target: { loudness: -14, ceiling: -1 }, encoding: { format: 'wav' as const, depth: 'int24' as const }, album: false, folder: '/m/Masters' } }
    const handlers = { onPause: vi.fn(), onResume: vi.fn(), onShow: vi.fn() }
    const rows = list([job('m', { work, state: 'running', stage: 'mastering', progress: 0.5 }), job('p', { work, state: 'paused', progress: 0.5 }), job('a', { state: 'running' })], handlers)
    const row = (id: string) => rows.find((each) => each.attributes('data-job') === id)!
    expect(row('m').text()).toContain('Masters of 2 files')
    expect(row('p').text()).toContain('Paused')
    expect(row('a').find('[data-testid=job-pause]').exists()).toBe(false)
    await row('m').get('[data-testid=job-pause]').trigger('click')
    await row('p').get('[data-testid=job-resume]').trigger('click')
    await row('p').get('[data-testid=job-show]').trigger('click')
    expect([handlers.onPause.mock.calls, handlers.onResume.mock.calls]).toEqual([[['m']], [['p']]])
    expect(handlers.onShow.mock.calls[0]![0].id).toBe('p')
    expect(row('p').find('[data-testid=job-cancel]').exists()).toBe(true)
  })

  it('names a cleaning after its sound, or without one', () => {
    const clean = { kind: 'split' as const, sound: 's' }
    page = show(JobList, { jobs: [job('a', { work: clean })], models: [], soundName: () => 'Vox' })
    expect(page.text()).toContain('Splitting Vox')
    page.unmount()
    expect(list([job('a', { work: clean })])[0]!.text()).toContain('Splitting a sound')
  })

  it('names a download after its model and counts attempts', () => {
    const [row] = list([job('a', { work: { kind: 'fetch_model', model: 'm' }, state: 'retrying', attempt: 2 })])
    expect(row!.text()).toContain('musicnn')
    expect(row!.text()).toContain('attempt 2')
  })
})
