import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveFrame } from '@/domain'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { useLive } from './live'

const ON = { on: true, device: null, delay: 0.01, problem: null }

describe('the latency of a live voice', () => {
  let send: (frame: LiveFrame) => void
  const hear = (milliseconds: number, times: number) => {
    for (let n = 0; n < times; n++) send({ input: -20, output: -20, latency: milliseconds / 1000 })
  }

  beforeEach(async () => {
    setActivePinia(createPinia())
    setIpc(createFake(new URLSearchParams()))
    vi.spyOn(ipc, 'watchLive').mockImplementation((onFrame) => {
      send = onFrame
      return Promise.resolve()
    })
    await useLive().prepare()
    useLive().put({ ...ON, device: { name: 'Microphone', channels: 1 } })
  })

  it('is told at once, and then as the median of a second', () => {
    const live = useLive()
    hear(50, 1)
    expect(live.latency).toBe(50)
    hear(200, 5)
    hear(40, 24)
    expect(live.latency).toBe(50)
    hear(40, 1)
    expect(live.latency).toBe(40)
  })

  it('is not mixed with that of the conversion before', () => {
    const live = useLive()
    hear(50, 1)
    hear(50, 29)
    live.put({ ...ON, delay: 0.02, device: { name: 'Microphone', channels: 1 } })
    hear(70, 29)
    expect(live.latency).toBe(50)
    hear(70, 1)
    expect([live.latency, live.prompt]).toEqual([70, false])
  })

  it('is not told while the clocks of the devices are unknown', () => {
    const live = useLive()
    hear(50, 1)
    send({ input: -20, output: -20, latency: null })
    expect(live.latency).toBeNull()
    hear(70, 1)
    expect(live.latency).toBe(70)
  })
})
