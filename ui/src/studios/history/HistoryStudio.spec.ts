import { describe, expect, it, vi } from 'vitest'
import { AppError, ipc } from '@/ipc'
import { useComparison } from '@/stores/comparison'
import { applyEvent } from '@/stores/events'
import { useMerge } from '@/stores/merge'
import { usePlayback } from '@/stores/playback'
import { useProject } from '@/stores/project'
import { useTimeline } from '@/stores/timeline'
import { useToasts } from '@/stores/toasts'
import { useTransport } from '@/stores/transport'
import { all, find, historyRoom, key, outside, pick, picked, settle } from '@/testing/history'
import HistoryStudio from './HistoryStudio.vue'

const room = historyRoom(HistoryStudio)

describe('the room of the past', () => {
  it('lists versions newest first, folds what nobody named, and says where one is', async () => {
    await room()
    expect(find('history-count').text()).toBe('61 versions')
    const rows = all('[role=treeitem]')
    expect(rows[0]!.attributes('aria-label')).toContain('You are here')
    expect(rows[1]!.text()).toContain('Voice up front')
    expect(rows[2]!.text()).toContain('3 automatic versions')
    expect(rows[2]!.attributes('aria-expanded')).toBe('false')
  })

  it('says so while it opens, and tells a failure with its hint', async () => {
    const page = await room('history=slow')
    expect(find('history-loading').exists()).toBe(true)
    page.unmount()
    await room('history=failing')
    expect(find('history-problem').text()).toContain('Another studio uses it.')
    await find('history-again').trigger('click')
    await settle()
    expect(find('history-count').text()).toBe('61 versions')
  })

  it('invites before the first version', async () => {
    await room('history=empty')
    expect(find('history-empty').text()).toContain('Nothing is lost from here on')
    expect(find('empty-keep').exists()).toBe(true)
  })

  it('keeps the past in view when the store cannot be used', async () => {
    await room('history=problem')
    expect(find('history-problem').text()).toContain('the disk is full')
    expect(all('[role=treeitem]').length).toBeGreaterThan(5)
  })

  it('holds only the lines that are seen, of five thousand versions, and asks for their waveforms alone', async () => {
    await room('history=long')
    expect(all('[role=treeitem]').length).toBeLessThan(40)
    expect(useTimeline().waves.size).toBeLessThan(45)
    expect(Number(all('[role=treeitem]')[0]!.attributes('aria-setsize'))).toBeGreaterThan(1000)
  })
})

describe('the keys', () => {
  it('walk, open and close what is folded', async () => {
    await room()
    await key('ArrowDown')
    expect(picked().message).toContain('Voice up front')
    await key('ArrowDown')
    await key('ArrowRight')
    expect(all('[role=treeitem]')[2]!.attributes('aria-expanded')).toBe('true')
    await key('ArrowLeft')
    expect(all('[role=treeitem]')[2]!.attributes('aria-expanded')).toBe('false')
    await key('Home')
    expect(picked().id).toBe(useTimeline().timeline!.head)
  })

  it('play a version without restoring it, and pause it again', async () => {
    await room()
    const restoring = vi.spyOn(ipc, 'restoreVersion')
    await pick('Mix for the radio')
    await key('Enter')
    expect(usePlayback().queue!.entries[0]).toMatchObject({ sound: null, version: picked().id })
    expect(usePlayback().playing).toBe(true)
    await key(' ', { code: 'Space' })
    expect(usePlayback().playing).toBe(false)
    expect(restoring).not.toHaveBeenCalled()
  })

  it('star, name and mark', async () => {
    await room()
    await pick('Mix for the radio')
    await key('s')
    expect(picked().starred).toBe(true)
    await key('m')
    expect(useTimeline().marked).toBe(picked().id)
    await key('n')
    const field = find('version-name-field')
    await field.setValue('Radio edit')
    await field.trigger('keydown', { key: 'Enter' })
    await settle()
    expect(picked().message).toBe('Radio edit')
  })

  it('compare with the version before, or with the marked one', async () => {
    await room()
    await pick('Mix for the radio')
    await key('c')
    expect(useComparison().pair).toEqual({ before: picked().parents[0], after: picked().id })
    expect(usePlayback().queue!.compared!.side).toBe('a')
    await key('x')
    expect(usePlayback().queue!.compared!.side).toBe('b')
    const radio = picked().id
    await key('m')
    await pick('Primera idea')
    await key('c')
    expect(useComparison().pair).toEqual({ before: picked().id, after: radio })
  })

  it('show in the timeline which is A, which is B, and which of them is heard', async () => {
    await room()
    await pick('Mix for the radio')
    await key('m')
    await pick('Voice up front, drums a little back')
    await key('c')
    const sides = () => all('[data-testid=row-side]').map((side) => [side.text(), side.classes('on')])
    expect(sides()).toEqual([['B', false], ['A', true]])
    await key('x')
    expect(sides()).toEqual([['B', true], ['A', false]])
  })

  it('begin with the picked version when nothing else is under the playhead', async () => {
    await room()
    usePlayback().put({ ...usePlayback().now, state: 'empty', take: null, queue: null })
    await pick('Mix for the radio')
    expect(useTransport().upcoming!.name).toBe('Mix for the radio')
    await useTransport().press()
    await settle()
    expect(useTimeline().heard).toBe(picked().id)
  })

  it('go on with a version alone when comparing ends', async () => {
    await room()
    await pick('Mix for the radio')
    await key('c')
    await find('compare-end').trigger('click')
    await settle()
    expect(usePlayback().queue!.compared).toBeNull()
    expect(usePlayback().queue!.entries.map(({ version }) => version)).toEqual([picked().parents[0]])
  })
})

describe('the search', () => {
  const search = async (text: string) => {
    await find('version-search').setValue(text)
    await settle()
  }

  it('finds by message, author, branch and what changed, without accents', async () => {
    await room()
    for (const [text, expected] of [['radio', 'Mix for the radio'], ['pelicula slower', 'Slower, for the film'], ['saw lead ensemble', 'Strings instead of the lead'], ['LUCIA voice front', 'Voice up front']] as const) {
      await search(text)
      expect(all('[role=treeitem]')[0]!.text(), text).toContain(expected)
    }
  })

  it('finds musical words in the language of the page', async () => {
    await room('', 'es')
    await search('agudos del master')
    expect(all('[role=treeitem]').length).toBe(1)
  })

  it('leads back when nothing matches', async () => {
    await room()
    await search('xylophone concerto')
    expect(find('history-nothing').exists()).toBe(true)
    await find('history-nothing').get('button').trigger('click')
    expect(find('history-count').text()).toBe('61 versions')
  })

  it('narrows to named, favourite, and one branch', async () => {
    await room()
    await find('filter-named').trigger('click')
    await settle()
    expect(all('[data-testid=version-fold]').length).toBe(0)
    await find('filter-starred').trigger('click')
    await settle()
    expect(find('history-count').text()).toBe('1 of 61 versions')
    useTimeline().widen()
    useTimeline().filter = { named: false, starred: false, branch: 'película' }
    await settle()
    expect(useTimeline().narrowed).toBe(true)
    expect(all('[role=treeitem]')[0]!.attributes('aria-label')).toContain('branch película')
  })
})

describe('a new version', () => {
  it('is picked when one looked at where the project stands, and not when one looked elsewhere', async () => {
    await room()
    const id = await ipc.saveVersion('Better')
    expect(picked().id).toBe(id)
    await pick('Primera idea')
    await ipc.saveVersion('Better still')
    expect(picked().message).toBe('Primera idea')
  })
})

describe('branches', () => {
  it('need a name that is not taken', async () => {
    await room()
    const making = vi.spyOn(ipc, 'makeBranch')
    await pick('Chorus opens up')
    const from = picked().id
    await key('b')
    const name = outside('branch-name') as HTMLInputElement
    outside('branch-make')!.click()
    await settle()
    expect(document.body.textContent).toContain('A branch needs a name.')
    name.value = 'Main'
    name.dispatchEvent(new Event('input'))
    await settle()
    expect(document.body.textContent).toContain('“Main” exists already.')
    name.value = 'live'
    name.dispatchEvent(new Event('input'))
    outside('branch-make')!.click()
    await settle()
    expect(making).toHaveBeenCalledWith('live', from)
    expect(useTimeline().timeline!.branch).toBe('live')
    expect(outside('branch-name')).toBeNull()
  })

  it('are brought together: what comes is seen first, conflicts are decided, and it can be taken back', async () => {
    await room()
    const before = useTimeline().versions.length
    useMerge().choose('película')
    await vi.waitFor(() => expect(outside('merge-preview')?.textContent).toContain('Tempo'))
    outside('merge-begin')!.click()
    await vi.waitFor(() => expect(find('merge-panel').exists()).toBe(true))
    expect(find('merge-left').text()).toBe('5 things to decide')
    await all('[data-kind=tempo] [data-testid=choose-theirs]')[0]!.trigger('click')
    await settle()
    expect(find('merge-left').text()).toBe('4 things to decide')
    await find('all-ours').trigger('click')
    await settle()
    expect(find('merge-left').text()).toContain('Everything is decided')
    await find('merge-back').trigger('click')
    await settle()
    expect(find('merge-panel').exists()).toBe(false)
    expect(useTimeline().versions.length).toBe(before)
  })

  it('keep decided conflicts in view when the studio tells only what is left', async () => {
    await room('merge')
    const merge = useMerge()
    const [first, ...rest] = merge.status!.conflicts
    await merge.resolve(first!, 'theirs')
    applyEvent({ type: 'merge_changed', data: { ...merge.status!, conflicts: rest } })
    expect(merge.decisions.length).toBe(5)
    expect(merge.left).toBe(4)
    applyEvent({ type: 'merge_changed', data: null })
    expect(merge.decisions).toEqual([])
  })
})

describe('restoring', () => {
  const takeTwo = async () => {
    await pick('Voice up front, drums a little back')
    await key('r')
    await vi.waitFor(() => expect(outside('part-lyrics')).not.toBeNull())
    outside('part-lyrics')!.click()
    outside('part-strip-drums')!.click()
    await settle()
    outside('restore-begin')!.click()
    await settle()
  }

  it('asks what is wanted, and takes parts by themselves', async () => {
    await room()
    const parts = vi.spyOn(ipc, 'restorePart')
    await takeTwo()
    expect(parts.mock.calls.map(([, part]) => part)).toEqual(expect.arrayContaining([{ kind: 'lyrics' }, { kind: 'strip', track: 'drums' }]))
    expect(useToasts().list[0]!.text).toContain('2 parts taken from')
  })

  const undoToast = async () => {
    useToasts().list.find(({ action }) => action?.label === 'Undo')!.action!.run()
    await settle()
  }

  it('takes all parts back that it brought', async () => {
    await room()
    await takeTwo()
    expect(useProject().open!.undo!.step).toBe('restore')
    const undoing = vi.spyOn(ipc, 'undo')
    await undoToast()
    expect(undoing).toHaveBeenCalledTimes(2)
    expect(useProject().open!.undo?.step).not.toBe('restore')
    await undoToast()
    expect(undoing).toHaveBeenCalledTimes(2)
  })

  it('takes nothing back that was done since', async () => {
    await room()
    await takeTwo()
    const undoing = vi.spyOn(ipc, 'undo')
    await ipc.renameProject('Another name')
    await undoToast()
    expect(undoing).not.toHaveBeenCalled()
    expect(useProject().open!.name).toBe('Another name')
    expect(useToasts().list.at(-1)!.text).toBe('You did something since.')
  })

  it('says how many parts came when one could not', async () => {
    await room()
    const restoring = vi.spyOn(ipc, 'restorePart')
    restoring.mockImplementationOnce(restoring.getMockImplementation() ?? (async () => undefined))
    restoring.mockRejectedValueOnce(new AppError('busy', 'could not', ''))
    await takeTwo()
    expect(useToasts().list.map(({ text }) => text)).toEqual(expect.arrayContaining(['could not', expect.stringContaining('1 part taken from')]))
    expect(outside('restore-begin')).not.toBeNull()
  })

  it('takes the whole version, and one file of it', async () => {
    await room()
    const whole = vi.spyOn(ipc, 'restoreVersion')
    const file = vi.spyOn(ipc, 'restoreFile')
    await pick('Primera idea')
    await key('r')
    await vi.waitFor(() => expect(outside('restore-begin')!.hasAttribute('disabled')).toBe(false))
    outside('restore-begin')!.click()
    await vi.waitFor(() => expect(outside('restore-begin')).toBeNull())
    expect(whole).toHaveBeenCalledWith(picked().id)
    await find('files-toggle').trigger('click')
    await settle()
    await find('restore-file').trigger('click')
    await settle()
    expect(file).toHaveBeenCalledWith(picked().id, 'stems/voice dry.wav')
  })
})

describe('what differs', () => {
  it('is told under headings, with the words of the lyrics', async () => {
    await room()
    await pick('Voice up front, drums a little back')
    await vi.waitFor(() => expect(find('changes-mixer').exists()).toBe(true))
    expect(find('changes-mixer').text()).toContain('Dembow kit: fader −1.0 dB → −3.5 dB')
    expect(find('version-lyrics').findAll('ins, del').length).toBeGreaterThan(1)
  })

  it('is measured when somebody asks', async () => {
    await room()
    await pick('Voice up front, drums a little back')
    await find('compare-sound').trigger('click')
    expect(find('compare-sound').text()).toContain('Listening to both')
    await vi.waitFor(() => expect(find('version-sound').exists()).toBe(true), { timeout: 3000 })
    expect(find('sound-loudness').text()).not.toBe('')
  })

  it('is nothing for the first version', async () => {
    await room()
    await pick('Primera idea')
    expect(find('first-version').text()).toContain('This is the first version')
  })
})
