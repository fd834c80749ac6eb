import { describe, expect, it, vi } from 'vitest'
import type { Peaks } from '@/domain'
import { WavePages } from './waves'

const settled = () => new Promise((done) => setTimeout(done, 0))

/** A ramp: the amplitude of a moment is the moment itself, so that what was read says where it came from. */
const ramp = (from: number, to: number, buckets: number): Peaks => {
  const step = (to - from) / buckets
  return { duration: to - from, min: Array.from({ length: buckets }, (_, n) => from + n * step), max: Array.from({ length: buckets }, (_, n) => from + (n + 1) * step) }
}
const pages = (duration = 600, rate = 48_000) => {
  const ask = vi.fn(async (from: number, to: number, buckets: number) => ramp(from, to, buckets))
  const tell = vi.fn()
  return { ask, tell, waves: new WavePages(duration, rate, ask, tell) }
}

describe('the pages of a waveform', () => {
  it('begin with the whole sound, which is enough while it is seen from afar', async () => {
    const { ask, waves } = pages()
    expect(waves.known).toBe(false)
    waves.want(0, 600, 2)
    await settled()
    expect(ask.mock.calls).toEqual([[0, 600, 4096]])
    expect(waves.known).toBe(true)
    const [low, high] = waves.reader(2)(100, 101)!
    expect(low).toBeGreaterThan(99.8)
    expect(high).toBeLessThan(101.2)
  })

  it('come closer in doublings, and only those that are seen', async () => {
    const { ask, waves } = pages()
    waves.want(0, 600, 2)
    await settled()
    waves.want(100, 102, 1000)
    await settled()
    const close = ask.mock.calls.slice(1)
    expect(close.map(([from, to, buckets]) => [from, to, buckets])).toEqual([[100, 102, 2048], [102, 104, 2048]])
    const [low, high] = waves.reader(1000)(101.5, 101.501)!
    expect(high - low).toBeLessThan(0.003)
  })

  it('are found again when the zoom comes back', async () => {
    const { ask, waves } = pages()
    for (const perSecond of [1000, 4000, 1000, 700]) {
      waves.want(100, 101, perSecond)
      await settled()
      await settled()
    }
    expect(ask).toHaveBeenCalledTimes(1 + 1 + 2 + 1)
    expect(new Set(ask.mock.calls.map(String)).size).toBe(ask.mock.calls.length)
  })

  it('have what is coarser in the place of what is not here yet', async () => {
    const { waves } = pages()
    waves.want(0, 600, 2)
    await settled()
    const [low, high] = waves.reader(8000)(300, 300.001)!
    expect(low).toBeCloseTo(300, 0)
    expect(high - low).toBeGreaterThan(0.1)
  })

  it('go down to single samples and no further', async () => {
    const { ask, waves } = pages(10, 44_100)
    waves.want(5, 5.001, 400_000)
    await settled()
    const [from, to, buckets] = ask.mock.lastCall!
    expect(buckets).toBe(2048)
    expect((to - from) * 44_100).toBeCloseTo(2048, 3)
    expect(waves.levelFor(400_000)).toBe(waves.levelFor(44_100))
  })

  it('let go of what scrolled past before it was asked for', async () => {
    const { ask, waves } = pages()
    waves.want(0, 60, 1000)
    waves.want(500, 501, 1000)
    await settled()
    await settled()
    const asked = ask.mock.calls.map(([from]) => from)
    expect(asked).toContain(500)
    expect(asked.length).toBeLessThan(6)
  })

  it('tell a failure once, and ask again when they are told to', async () => {
    const { ask, tell, waves } = pages()
    ask.mockRejectedValueOnce(new Error('no'))
    waves.want(0, 600, 2)
    await settled()
    waves.want(0, 600, 2)
    await settled()
    expect(ask).toHaveBeenCalledTimes(1)
    expect(tell.mock.lastCall![0]).toBeInstanceOf(Error)
    waves.retry()
    waves.want(0, 600, 2)
    await settled()
    expect(waves.known).toBe(true)
  })

  it('have nothing before the beginning and after the end', async () => {
    const { waves } = pages(10)
    waves.want(0, 10, 2)
    await settled()
    const read = waves.reader(100)
    expect(read(-2, -1)).toBeNull()
    expect(read(10, 11)).toBeNull()
    expect(read(-1, 1)).not.toBeNull()
  })
})
