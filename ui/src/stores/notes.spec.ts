import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { NoteSheet } from '@/domain'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { useNotes } from './notes'

beforeEach(() => {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams('notes')))
})

const sheet = (change: Partial<NoteSheet> = {}): NoteSheet => ({
  sound: 'sound-2', bpm: 120, duration: 10, edited: false, ...change,
  notes: change.notes ?? [{ start: 1, length: 1, pitch: 60, velocity: 80 }, { start: 3, length: 1, pitch: 64, velocity: 80 }],
})

async function notes(of: NoteSheet | null = sheet()) {
  vi.spyOn(ipc, 'getNotes').mockResolvedValue(of)
  const store = useNotes()
  const opened = await store.open(await ipc.getSound('sound-2'))
  return { store, opened }
}

describe('the notes of a sound', () => {
  it('are opened; where none were heard there is nothing to open', async () => {
    expect((await notes()).opened).toBe(true)
    expect(useNotes().notes).toHaveLength(2)
    const { store, opened } = await notes(null)
    expect([opened, store.sound]).toEqual([false, null])
  })

  it('that cannot be read say why, and are asked for again', async () => {
    const read = vi.spyOn(ipc, 'getNotes').mockRejectedValueOnce({ code: 'database_corrupt', message: 'no', hint: 'again' })
    const store = useNotes()
    await store.open(await ipc.getSound('sound-2'))
    expect([store.problem?.hint, store.sound?.id]).toEqual(['again', 'sound-2'])
    read.mockResolvedValue(sheet())
    await store.load()
    expect([store.problem, store.notes.length]).toEqual([null, 2])
  })

  it('are changed and taken back, step by step', async () => {
    const { store } = await notes()
    store.pick([0])
    store.move(0.5, 2)
    store.setVelocity(120)
    expect(store.chosen[0]).toMatchObject({ start: 1.5, pitch: 62, velocity: 120 })
    store.undo()
    expect(store.chosen[0]!.velocity).toBe(80)
    store.undo()
    expect([store.chosen[0]!.pitch, store.changed]).toEqual([60, false])
    store.undo()
    store.redo()
    store.redo()
    expect([store.chosen[0]!.velocity, store.future.length]).toEqual([120, 0])
  })

  it('take one gesture back at once, however many steps it had', async () => {
    const { store } = await notes()
    store.pick([0, 1])
    for (let step = 0; step < 20; step++) store.move(0.05, 0, 7)
    expect(store.past).toHaveLength(1)
    store.move(0, 1, 8)
    store.undo()
    store.undo()
    expect(store.notes.map(({ start }) => start)).toEqual([1, 3])
  })

  it('forget what was ahead once something new is done', async () => {
    const { store } = await notes()
    store.pick([0])
    store.move(0, 1)
    store.undo()
    store.move(0, -1)
    expect(store.future).toEqual([])
  })

  it('are walked through in the order of time', async () => {
    const { store } = await notes()
    store.walk(1)
    expect([...store.picked]).toEqual([0])
    store.walk(1)
    store.walk(1)
    expect([...store.picked]).toEqual([1])
    store.walk(-1)
    expect([...store.picked]).toEqual([0])
    store.toggle(1)
    expect(store.picked.size).toBe(2)
  })

  it('come and go, and what is gone is not picked any more', async () => {
    const { store } = await notes()
    const id = store.add({ start: 5, length: 0.25, pitch: 70, velocity: 90 })
    expect([...store.picked]).toEqual([id])
    store.undo()
    expect([store.notes.length, store.picked.size]).toEqual([2, 0])
    store.pick([0, 1])
    store.remove()
    expect(store.notes).toEqual([])
    store.undo()
    expect(store.notes).toHaveLength(2)
  })
})

describe('saving', () => {
  it('sends the notes without the marks of the editor, and knows that nothing is open any more', async () => {
    const { store } = await notes()
    const save = vi.spyOn(ipc, 'saveNotes')
    store.pick([0])
    store.move(0, 1)
    expect(store.changed).toBe(true)
    expect(await store.save()).toBe(true)
    expect(save.mock.calls[0]![0]).toEqual(sheet({ edited: true, notes: [{ start: 1, length: 1, pitch: 61, velocity: 80 }, { start: 3, length: 1, pitch: 64, velocity: 80 }] }))
    expect(store.changed).toBe(false)
    store.undo()
    expect(store.changed).toBe(true)
  })

  it('is asked for before changes are closed away', async () => {
    const { store } = await notes()
    store.pick([0])
    store.move(0, 1)
    store.close()
    expect([store.asking, store.sound?.id]).toEqual([true, 'sound-2'])
    vi.spyOn(ipc, 'saveNotes').mockRejectedValueOnce({ code: 'disk_full', message: 'no', hint: '' })
    await store.saveAndClose()
    expect(store.sound?.id).toBe('sound-2')
    await store.saveAndClose()
    expect(store.sound).toBeNull()
  })

  it('comes before a MIDI file is written, so that it holds what is on screen', async () => {
    const { store } = await notes()
    const calls: string[] = []
    vi.spyOn(ipc, 'saveNotes').mockImplementation(async () => { calls.push('save') })
    vi.spyOn(ipc, 'exportNotes').mockImplementation(async (_sound, path) => { calls.push(path) })
    vi.spyOn(ipc, 'pickSavePath').mockResolvedValueOnce('/m/a.mid')
    store.pick([0])
    store.move(0, 1)
    expect(await store.exportMidi('a.mid', 'MIDI')).toBe('/m/a.mid')
    expect(calls).toEqual(['save', '/m/a.mid'])
    vi.spyOn(ipc, 'pickSavePath').mockResolvedValueOnce(null)
    expect(await store.exportMidi('a.mid', 'MIDI')).toBeNull()
  })

  it('is never undone by notes that are heard anew', async () => {
    const { store } = await notes()
    store.pick([0])
    store.move(0, 1)
    store.finish(sheet({ notes: [] }))
    expect(store.notes).toHaveLength(2)
    await store.save()
    store.finish(sheet({ notes: [] }))
    expect(store.notes).toEqual([])
  })
})
