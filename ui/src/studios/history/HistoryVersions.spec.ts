import { describe, expect, it, vi } from 'vitest'
import { AppError, ipc } from '@/ipc'
import { useComparison } from '@/stores/comparison'
import { applyEvent } from '@/stores/events'
import { useMerge } from '@/stores/merge'
import { usePlayback } from '@/stores/playback'
import { useSession } from '@/stores/session'
import { useTimeline } from '@/stores/timeline'
import { all, find, graph, historyRoom, key, outside, pick, picked, settle } from '@/testing/history'
import HistoryStudio from './HistoryStudio.vue'

const room = historyRoom(HistoryStudio)

describe('a name', () => {
  const field = () => find('version-name-field')
  const begin = async (message: string) => {
    await pick(message)
    await key('n')
  }

  it('is given in the place of the merge panel, beginning with the one it had', async () => {
    await room('merge')
    useMerge().open = true
    await begin('Mix for the radio')
    expect(find('merge-panel').exists()).toBe(false)
    expect((field().element as HTMLInputElement).value).toBe('Mix for the radio')
    expect(document.activeElement).toBe(field().element)
    const naming = vi.spyOn(ipc, 'nameVersion')
    await field().trigger('blur')
    await settle()
    expect(naming).not.toHaveBeenCalled()
    expect(picked().message).toBe('Mix for the radio')
  })

  it('is asked for in the menu, and has the keys once the menu is gone', async () => {
    await room()
    await pick('Mix for the radio')
    const row = all('[role=treeitem]').find((each) => each.text().includes('Mix for the radio'))!
    await row.trigger('contextmenu', { clientX: 20, clientY: 20 })
    await vi.waitFor(() => expect(outside('menu-name')).not.toBeNull())
    outside('menu-name')!.click()
    await vi.waitFor(() => expect(outside('version-menu')).toBeNull())
    await vi.waitFor(() => expect(document.activeElement).toBe(field().element))
    expect((field().element as HTMLInputElement).value).toBe('Mix for the radio')
  })

  it('half written goes to the version that it was written for when another is picked', async () => {
    await room()
    await begin('Mix for the radio')
    const radio = picked().id
    await field().setValue('Radio edit')
    await pick('Primera idea')
    expect(field().exists()).toBe(false)
    expect(useTimeline().byId.get(radio)!.message).toBe('Radio edit')
    expect(picked().message).toBe('Primera idea')
  })

  it('is written on while the studio keeps a version on its own account', async () => {
    await room()
    await key('Home')
    const head = picked().id
    await key('n')
    await field().setValue('Half of a na')
    await ipc.saveVersion('')
    await settle()
    expect(useTimeline().timeline!.head).not.toBe(head)
    expect((field().element as HTMLInputElement).value).toBe('Half of a na')
    await field().setValue('Half of a name')
    await field().trigger('keydown', { key: 'Enter' })
    await settle()
    expect(useTimeline().byId.get(head)!.message).toBe('Half of a name')
  })

  it('is not sent to the past of another project', async () => {
    await room()
    await begin('Mix for the radio')
    await field().setValue('Radio edit')
    const naming = vi.spyOn(ipc, 'nameVersion')
    const { timeline } = useTimeline()
    applyEvent({ type: 'timeline_changed', data: { ...timeline!, project: 'another', versions: [], head: null } })
    await settle()
    expect(naming).not.toHaveBeenCalled()
  })

  for (const last of ['Enter', 'Escape']) {
    it(`gives the keys back to the versions after ${last}`, async () => {
      await room()
      await begin('Mix for the radio')
      await field().setValue('Radio edit')
      await field().trigger('keydown', { key: last })
      await settle()
      expect(picked().message).toBe(last === 'Enter' ? 'Radio edit' : 'Mix for the radio')
      expect(document.activeElement).toBe(graph().element)
    })
  }
})

describe('two that are compared by ear', () => {
  it('are paused and go on together with the space bar, whichever version is picked', async () => {
    await room()
    await pick('Mix for the radio')
    await key('c')
    await pick('Primera idea')
    await key(' ', { code: 'Space' })
    expect(usePlayback().playing).toBe(false)
    await key(' ', { code: 'Space' })
    expect(usePlayback().playing).toBe(true)
    expect(usePlayback().queue!.compared).not.toBeNull()
  })

  it('are called by what they are about, and now is called now', async () => {
    await room()
    await pick('Mix for the radio')
    const { entries, ...queue } = (await ipc.auditionVersions(picked().id, null), usePlayback().queue!)
    usePlayback().put({ ...usePlayback().now, queue: { ...queue, entries: entries.map((entry) => ({ ...entry, name: entry.version ? entry.name : 'Untitled' })) } })
    await settle()
    expect(find('compare-a').attributes('aria-label')).toBe('A: Mix for the radio')
    expect(find('compare-b').attributes('aria-label')).not.toContain('Untitled')
    expect(find('comparison').text()).not.toContain('Untitled')
  })

  it('are offered once when now is what is compared', async () => {
    await room()
    await pick('Mix for the radio')
    expect(find('ab').exists()).toBe(true)
    await find('against-before').trigger('keydown', { key: 'ArrowRight' })
    expect(useComparison().against).toBe('present')
    expect(find('ab').exists()).toBe(false)
    expect(find('ab-present').exists()).toBe(true)
  })

  it('wait for the one that is being brought', async () => {
    await room()
    await pick('Mix for the radio')
    let done = (_: unknown) => {}
    vi.spyOn(ipc, 'auditionVersions').mockImplementation(() => new Promise((resolve) => { done = resolve }))
    await find('ab-present').trigger('click')
    expect(find('ab-present').attributes('disabled')).toBeDefined()
    done(null)
    await settle()
    expect(find('ab-present').attributes('disabled')).toBeUndefined()
  })
})

describe('the waveforms of the list', () => {
  it('are drawn again once a version was heard, and the old one stays until then', async () => {
    await room()
    await pick('Mix for the radio')
    const { id } = picked()
    await vi.waitFor(() => expect(useTimeline().waves.get(id)).toBeTruthy())
    const before = useTimeline().waves.get(id)
    let answer = (_: Awaited<ReturnType<typeof ipc.getVersionWave>>) => {}
    const drawing = vi.spyOn(ipc, 'getVersionWave').mockImplementation(() => new Promise((resolve) => { answer = resolve }))
    await key('Enter')
    expect(drawing.mock.calls.map(([version]) => version)).toEqual([id])
    expect(useTimeline().waves.get(id)).toBe(before)
    answer({ ...before!, duration: 7 })
    await settle()
    expect(useTimeline().waves.get(id)!.duration).toBe(7)
  })

  it('are tried again after a failure', async () => {
    await room()
    await pick('Mix for the radio')
    const { id } = picked()
    const drawing = vi.spyOn(ipc, 'getVersionWave').mockRejectedValueOnce(new AppError('busy', 'busy', ''))
    useTimeline().renewWaves([id])
    await settle()
    useTimeline().needWaves([id])
    await settle()
    expect(drawing.mock.calls.filter(([version]) => version === id).length).toBe(2)
    useTimeline().needWaves([id])
    expect(drawing.mock.calls.length).toBe(2)
  })

  it('are asked for of what is picked inside a folded line too', async () => {
    await room()
    const hidden = useTimeline().versions.find(({ id, occasion }) => occasion === 'pause' && !useTimeline().waves.has(id))!
    useTimeline().picked = hidden.id
    await vi.waitFor(() => expect(useTimeline().waves.has(hidden.id)).toBe(true))
  })
})

describe('the files of a version', () => {
  it('are counted once they are known, and not read again while nothing else is picked', async () => {
    await room()
    await pick('Primera idea')
    expect(find('files-toggle').text()).toBe('Files')
    const reading = vi.spyOn(ipc, 'listVersionFiles')
    await find('files-toggle').trigger('click')
    await settle()
    expect(find('files-toggle').text()).toBe('Files4')
    await ipc.starVersion(picked().id, true)
    await settle()
    expect(reading).toHaveBeenCalledTimes(1)
  })

  it('say so where there are none, and why they could not be listed', async () => {
    await room()
    await pick('Primera idea')
    vi.spyOn(ipc, 'listVersionFiles').mockRejectedValueOnce(new AppError('busy', 'could not read', 'Try again.')).mockResolvedValueOnce([])
    await find('files-toggle').trigger('click')
    await settle()
    expect(find('files-problem').text()).toContain('could not read. Try again.')
    expect(find('files-none').exists()).toBe(false)
    await find('files-problem').get('button').trigger('click')
    await settle()
    expect(find('files-none').text()).toBe('This version has no files beside the song.')
  })
})

describe('what differs', () => {
  it('is read only while somebody looks, and anew when they come back', async () => {
    await room()
    await pick('Mix for the radio')
    await find('against-present').trigger('click')
    await vi.waitFor(() => expect(useComparison().result).not.toBeNull())
    const comparing = vi.spyOn(ipc, 'compareVersions')
    useSession().room = 'ghost'
    await ipc.renameProject('Another name')
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(comparing).not.toHaveBeenCalled()
    useSession().room = 'history'
    await vi.waitFor(() => expect(comparing).toHaveBeenCalledTimes(1))
  })

  it('is told against the version before where the marked one itself is picked', async () => {
    await room()
    await pick('Mix for the radio')
    await key('m')
    const radio = picked()
    await pick('Primera idea')
    await key('c')
    expect(find('against-marked').attributes('aria-checked')).toBe('true')
    await pick('Mix for the radio')
    expect(find('against-before').attributes('aria-checked')).toBe('true')
    expect(useComparison().pair).toEqual({ before: radio.parents[0], after: radio.id })
    await pick('Primera idea')
    expect(find('against-marked').attributes('aria-checked')).toBe('true')
  })
})
