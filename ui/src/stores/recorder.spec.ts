import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InputFrame, RecordedTake } from '@/domain'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { applyEvent, listen } from './events'
import { useRecorder } from './recorder'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

async function recorder(query = '') {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams(query)))
  await listen()
  const store = useRecorder()
  await store.open('audio')
  return store
}
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)
const frame = (peak: number, part: Partial<InputFrame> = {}): InputFrame => ({ peak: [peak], rms: [peak - 9], clipped: 0, recorded: 0, beats_left: null, ...part })

describe('the input', () => {
  it('is open, with its level, as soon as the panel is', async () => {
    const store = await recorder()
    expect(store.now.state).toBe('ready')
    await pass(200)
    expect(store.frame().peak).toHaveLength(2)
    expect(store.advice).toBe('good')
  })

  it.each([['quiet', 'quiet'], ['loud', 'loud'], ['clipping', 'clipped'], ['silent', 'nothing']])('that plays %s is judged: %s', async (kind, advice) => {
    const store = await recorder(`input=${kind}`)
    await pass(4000)
    expect(store.advice).toBe(advice)
  })

  it('that is not there leaves a way back', async () => {
    const store = await recorder('input=none')
    expect([store.now.state, store.devices.length]).toEqual(['closed', 0])
    setIpc(createFake())
    await listen()
    await store.prepare()
    expect(store.now.state).toBe('ready')
  })

  it('that may not be used says why', async () => {
    const store = await recorder('input=denied')
    expect(store.problem?.hint).toContain('Allow the studio')
  })

  it('is changed at once, and never while it records', async () => {
    const store = await recorder()
    const open = vi.spyOn(ipc, 'openInput')
    await store.change({ count_in_beats: 0 })
    await store.record()
    await store.change({ device: 'Line in' })
    expect(open).toHaveBeenCalledTimes(1)
    expect(store.now.settings.device).toBeNull()
  })

  it('is closed when the room is left, and opened when one comes back', async () => {
    const store = await recorder()
    await store.leave('audio')
    expect([store.now.state, store.place]).toEqual(['closed', 'audio'])
    await store.prepare()
    expect(store.now.state).toBe('ready')
  })
})

describe('a take', () => {
  it('is counted in, recorded, and kept with its sound', async () => {
    const store = await recorder()
    await store.toggle()
    expect(store.now.state).toBe('counting_in')
    await pass(100)
    expect(store.beatsLeft).toBe(4)
    await pass(4000)
    expect(store.now.state).toBe('recording')
    expect(store.trail().total).toBeGreaterThan(20)
    await store.toggle()
    await pass(0)
    expect(store.now.state).toBe('ready')
    expect(store.takes[0]!.sound?.tags.title).toBe('Take 1')
    expect(store.takes[0]!.take.duration).toBeGreaterThan(1)
  })

  it('that is stopped while it is counted in leaves nothing', async () => {
    const store = await recorder()
    await store.toggle()
    await pass(300)
    await store.toggle()
    expect([store.now.state, store.takes.length]).toEqual(['ready', 0])
  })

  it('is never lost by closing the panel: the person is asked', async () => {
    const store = await recorder()
    await store.change({ count_in_beats: 0 })
    await store.record()
    await pass(500)
    store.close()
    expect([store.asking, store.place, store.busy]).toEqual([true, 'audio', true])
    store.goOn()
    expect([store.asking, store.busy]).toEqual([false, true])
    store.close()
    await store.keep()
    await pass(0)
    expect([store.place, store.takes.length, store.now.state]).toEqual([null, 1, 'closed'])
  })

  it('goes on when the room is left, until the person decides', async () => {
    const store = await recorder()
    await store.change({ count_in_beats: 0 })
    await store.record()
    store.leave('audio')
    expect([store.asking, store.busy]).toEqual([true, true])
    await store.keep()
    expect([store.place, store.now.state]).toEqual(['audio', 'ready'])
  })

  it('keeps what was there when the input is lost', async () => {
    const store = await recorder('input=lost')
    await store.change({ count_in_beats: 0 })
    await store.record()
    store.close()
    await pass(5000)
    expect(store.now.state).toBe('closed')
    expect(store.problem?.code).toBe('audio_device_lost')
    expect(store.takes[0]!.take.problem?.hint).toContain('kept')
    // What came to its end by itself is not asked about.
    expect(store.asking).toBe(false)
  })

  it('can be renamed and taken out of the library', async () => {
    const store = await recorder()
    await store.change({ count_in_beats: 0 })
    await store.record()
    await pass(300)
    await store.stop()
    await pass(0)
    await store.rename(store.takes[0]!.sound!, 'Voz, estrofa')
    expect(store.takes[0]!.sound!.tags.title).toBe('Voz, estrofa')
    const remove = vi.spyOn(ipc, 'removeSounds')
    const { take } = store.takes[0]!
    await store.remove(take)
    expect(remove).toHaveBeenCalledWith([take.sound])
    expect(store.takes).toEqual([])
  })

  it('stays in the list when it could not be removed', async () => {
    const store = await recorder()
    vi.spyOn(ipc, 'removeSounds').mockRejectedValue({ code: 'busy', message: 'no', hint: '' })
    const take: RecordedTake = { path: '/a.wav', duration: 1, sound: 'sound-1', recovered: true, problem: null }
    await store.finish(take)
    await store.remove(take)
    expect(store.takes).toHaveLength(1)
  })
})

describe('the frames of the input', () => {
  it('tell a clip for a while, and a new take begins to count anew', async () => {
    const store = await recorder('input=none')
    store.receive(frame(-12, { clipped: 3 }))
    expect(store.advice).toBe('clipped')
    store.receive(frame(-12, { clipped: 0 }))
    for (let index = 0; index < 120; index++) store.receive(frame(-12))
    expect(store.advice).toBe('good')
  })

  it('leave no level behind when the input is closed', async () => {
    const store = await recorder('input=none')
    store.receive(frame(-12, { recorded: 3.27 }))
    expect(store.recorded).toBe(3.2)
    applyEvent({ type: 'recorder_changed', data: { ...store.now, state: 'closed' } })
    expect([store.recorded, store.advice, store.frame().peak]).toEqual([0, 'nothing', []])
  })
})
