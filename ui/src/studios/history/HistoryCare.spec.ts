import { describe, expect, it, vi } from 'vitest'
import type { Problem } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { applyEvent } from '@/stores/events'
import { useMerge } from '@/stores/merge'
import { usePlayback } from '@/stores/playback'
import { useProject } from '@/stores/project'
import { useSaving } from '@/stores/saving'
import { useTimeline } from '@/stores/timeline'
import { useToasts } from '@/stores/toasts'
import { useUpkeep } from '@/stores/upkeep'
import { all, find, historyRoom, key, outside, settle } from '@/testing/history'
import HistoryStudio from './HistoryStudio.vue'

const room = historyRoom(HistoryStudio)

describe('a merge of the same branch again', () => {
  const conflict = () => useMerge().status!.conflicts[0]!

  it('has everything to decide again', async () => {
    await room('merge')
    const merge = useMerge()
    await merge.resolve(conflict(), 'theirs')
    applyEvent({ type: 'merge_changed', data: { ...merge.status!, conflicts: merge.status!.conflicts.slice(1) } })
    expect(merge.left).toBe(4)
    merge.branch = 'película'
    await merge.merge()
    expect(merge.decisions.map(({ chosen }) => chosen)).toEqual([null, null, null, null, null])
  })

  it('that could not begin leaves the last one as it was', async () => {
    await room('merge')
    const merge = useMerge()
    merge.branch = 'película'
    merge.open = false
    vi.spyOn(ipc, 'mergeBranch').mockRejectedValueOnce(new AppError('busy', 'busy', ''))
    expect(await merge.merge()).toBe(false)
    expect(merge.status!.conflicts.length).toBe(5)
    expect(merge.open).toBe(false)
    expect(useTimeline().busy).toBeNull()
  })

  it('shows no preview for ever where both have nothing in common', async () => {
    await room()
    const merge = useMerge()
    vi.spyOn(ipc, 'compareVersions').mockImplementationOnce(() => new Promise(() => undefined))
    void merge.look('película')
    expect(merge.looking).toBe(true)
    await merge.look('nowhere')
    expect(merge.looking).toBe(false)
  })

  it('lets both sides of a conflict be heard in turn', async () => {
    await room('merge')
    useMerge().open = true
    await settle()
    await all('[data-kind=tempo] [data-testid=hear-theirs]')[0]!.trigger('click')
    await vi.waitFor(() => expect(find('compare-b').exists()).toBe(true))
    expect(find('compare-b').attributes('aria-label')).toBe('B: película')
    expect(find('compare-b').attributes('aria-checked')).toBe('true')
    await key('x')
    expect(usePlayback().queue!.compared!.side).toBe('a')
  })

  it('shows which side is being brought until that one is here, not another', async () => {
    await room('merge')
    const merge = useMerge()
    const waiting: ((_: unknown) => void)[] = []
    vi.spyOn(ipc, 'hearConflict').mockImplementation(() => new Promise((resolve) => { waiting.push(resolve) }))
    void merge.hear(conflict(), 'ours')
    void merge.hear(conflict(), 'theirs')
    waiting[0]!(null)
    await settle()
    expect(merge.bringing).toContain('theirs')
    waiting[1]!(null)
    await settle()
    expect(merge.bringing).toBeNull()
  })
})

describe('what another program changed', () => {
  const change = () => applyEvent({ type: 'project_files_changed', data: { paths: ['stems/a.wav'] } })

  it('is told until a version has it', async () => {
    await room()
    change()
    await settle()
    expect(find('outside-banner').exists()).toBe(true)
    await ipc.saveVersion('Mine')
    await settle()
    expect(find('outside-banner').exists()).toBe(false)
  })

  it('is told of the project that it belongs to alone', async () => {
    await room()
    change()
    useProject().put({ ...useProject().open!, id: 'another' })
    expect(useSaving().outside).toBeNull()
  })
})

describe('what is written to keep a version', () => {
  it('is not overwritten by a suggestion for a dialog that was closed', async () => {
    await room()
    const saving = useSaving()
    let suggest = (_: string) => {}
    vi.spyOn(ipc, 'suggestMessage').mockImplementation(() => new Promise((resolve) => { suggest = resolve }))
    void saving.begin()
    await settle()
    saving.open = false
    void saving.begin('2 files from outside')
    suggest('Too late')
    await settle()
    expect([saving.message, saving.suggestion]).toEqual(['2 files from outside', '2 files from outside'])
  })
})

describe('the care of the versions', () => {
  it('never begins with a plan that is not shown', async () => {
    await room()
    const upkeep = useUpkeep()
    upkeep.show('prune')
    await settle()
    expect(upkeep.plan).not.toBeNull()
    vi.spyOn(ipc, 'getPrunePlan').mockRejectedValueOnce(new AppError('busy', 'could not plan', ''))
    await upkeep.replanNow()
    await settle()
    expect(upkeep.plan).toBeNull()
    expect(outside('prune-begin')!.hasAttribute('disabled')).toBe(true)
  })

  it('waits for the plan of the rules as they are now', async () => {
    await room()
    const upkeep = useUpkeep()
    let answer = (_: Awaited<ReturnType<typeof ipc.getPrunePlan>>) => {}
    // The next question has no answer: on a slow machine it is asked before the end of this.
    vi.spyOn(ipc, 'getPrunePlan').mockImplementation(() => new Promise((resolve) => { answer = resolve }))
    upkeep.show('prune')
    upkeep.setRules({ hourly_days: 1 })
    answer({ rules: upkeep.rules, versions: [], freed: 0 })
    await settle()
    expect([upkeep.plan, upkeep.planning]).toEqual([null, true])
  })

  it('says in its dialogs why a job failed, until another one is under way', async () => {
    await room()
    const upkeep = useUpkeep()
    const job = { id: 'job-x', priority: 'pro', stage: 'waiting', progress: 0, attempt: 1, created_ms: 0, started_ms: null, finished_ms: null } as const
    const problem: Problem = { code: 'disk_full', message: 'the disk is full', hint: 'Free some space.' }
    for (const [task, work] of [['check', { kind: 'mend_history' }], ['prune', { kind: 'prune_history', project: 'p', rules: upkeep.rules }]] as const) {
      upkeep.show(task)
      applyEvent({ type: 'job_changed', data: { ...job, work, state: 'failed', problem } })
      await settle()
      expect(outside(`${task}-problem`)!.textContent).toContain('the disk is full Free some space.')
      applyEvent({ type: 'job_changed', data: { ...job, work, state: 'running', problem: null } })
      await settle()
      expect(outside(`${task}-problem`)).toBeNull()
    }
  })

  it('tells what became of a copy whose dialog was closed', async () => {
    await room()
    const upkeep = useUpkeep()
    upkeep.show('copies')
    await settle()
    outside('copy-read')!.click()
    await settle()
    const fill = async (id: string, text: string) => {
      const input = outside(id) as HTMLInputElement
      input.value = text
      input.dispatchEvent(new Event('input'))
      await settle()
    }
    vi.spyOn(ipc, 'pickFolder').mockResolvedValue('/media/disk')
    outside('copy-folder')!.click()
    await settle()
    await fill('copy-passphrase', 'a horse a moon a bell a door')
    outside('copy-begin')!.click()
    upkeep.open = null
    await vi.waitFor(() => expect(useToasts().list.at(-1)?.text).toBe('The versions of the copy are here.'), { timeout: 2000 })
  })
})
