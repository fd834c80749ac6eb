import { describe, expect, it, vi } from 'vitest'
import { SPECTROGRAM } from '@/domain'
import { frequencyAt, heightOf, TileShelf, tileSeconds, zoomFor } from './tiles'

const settled = async (turns = 40) => {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
}
const shelf = (duration = 600) => {
  const ask = vi.fn(async (zoom: number, index: number) => `${zoom}:${index}`)
  const tell = vi.fn()
  return { ask, tell, tiles: new TileShelf<string>(duration, ask, tell) }
}

describe('the zoom of the spectrogram', () => {
  it('has one to two columns for each pixel of the screen, from an hour to a second', () => {
    for (const ratio of [1, 1.5, 2]) for (const scale of [0.4, 2, 7.3, 60, 255]) {
      const columns = SPECTROGRAM.columns / tileSeconds(zoomFor(scale, ratio)) / (scale * ratio)
      if (scale * ratio <= 512 && scale * ratio > 0.13) {
        expect(columns, `${scale} ${ratio}`).toBeGreaterThanOrEqual(1)
        expect(columns, `${scale} ${ratio}`).toBeLessThanOrEqual(2)
      }
    }
  })

  it('ends where the tiles end', () => {
    expect(zoomFor(5000, 1)).toBe(0)
    expect(zoomFor(0.0001, 1)).toBe(12)
  })

  it('has each octave as high as the next', () => {
    expect(heightOf(20)).toBe(0)
    expect(heightOf(20_000)).toBeCloseTo(1)
    expect(heightOf(200) - heightOf(100)).toBeCloseTo(heightOf(8000) - heightOf(4000))
    expect(frequencyAt(heightOf(440))).toBeCloseTo(440)
  })
})

describe('the tiles', () => {
  it('that are seen come first, from the middle, and then their neighbours', async () => {
    const { ask, tiles } = shelf()
    tiles.want(40, 71, 3)
    await settled()
    expect(ask.mock.calls.map(([, index]) => index)).toEqual([6, 7, 5, 8, 9, 4])
  })

  it('are never asked for past the end or before the beginning', async () => {
    const { ask, tiles } = shelf(10)
    tiles.want(0, 10, 2)
    await settled()
    expect(ask.mock.calls.map(([, index]) => index).sort()).toEqual([0, 1, 2])
  })

  it('that scrolled out of sight before their turn are dropped', async () => {
    const { ask, tiles } = shelf()
    tiles.want(0, 200, 2)
    tiles.want(400, 404, 2)
    await settled()
    const asked = ask.mock.calls.map(([, index]) => index)
    expect(asked.filter((index) => index < 60).length).toBe(3)
    expect(asked).toContain(100)
  })

  it('are at most 64, and those that were used last stay', async () => {
    const { tiles } = shelf(4000)
    tiles.want(0, 3, 0)
    await settled()
    for (let start = 10; start < 200; start += 10) {
      tiles.patches(0, 1)
      tiles.want(start, start + 9, 0)
      await settled(200)
    }
    expect(tiles.size).toBe(64)
    expect(tiles.has(0, 1)).toBe(true)
    expect(tiles.has(0, 12)).toBe(false)
  })

  it('have a part of a coarser one in their place until they are here', async () => {
    const { tiles } = shelf()
    tiles.want(0, 64, 5)
    await settled()
    expect(tiles.patches(3, 5)).toEqual([{ picture: '5:1', from: 40, to: 48, left: 0.25, share: 0.25 }])
    tiles.want(40, 47, 3)
    await settled()
    expect(tiles.patches(3, 5)).toEqual([{ picture: '3:5', from: 40, to: 48, left: 0, share: 1 }])
  })

  it('have the finer ones in their place when the zoom goes out', async () => {
    const { tiles } = shelf()
    tiles.want(0, 15, 3)
    await settled()
    expect(tiles.patches(4, 0).map(({ picture, from, to }) => [picture, from, to])).toEqual([['3:0', 0, 8], ['3:1', 8, 16]])
  })

  it('of a sound that has left the stage are neither kept nor told', async () => {
    const { tell, tiles } = shelf()
    tiles.want(0, 8, 3)
    tiles.close()
    await settled()
    expect(tiles.size).toBe(0)
    expect(tell).not.toHaveBeenCalled()
  })

  it('that failed are told, and asked for again only on request', async () => {
    const { ask, tell, tiles } = shelf(8)
    ask.mockRejectedValueOnce(new Error('damaged'))
    tiles.want(0, 7, 3)
    await settled()
    tiles.want(0, 7, 3)
    await settled()
    expect(ask).toHaveBeenCalledTimes(1)
    expect(tell.mock.calls[0]![0]).toBeInstanceOf(Error)
    tiles.retry()
    tiles.want(0, 7, 3)
    await settled()
    expect(tiles.has(3, 0)).toBe(true)
  })
})
