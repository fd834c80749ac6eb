import { describe, expect, it } from 'vitest'
import { advise, beatOf, channelChoices, channelName, Trail } from './recording'

describe('the advice on a level', () => {
  it('is in words for every peak a musician can bring', () => {
    expect([-120, -50, -24, -12, -3, -2].map((peak) => advise(peak, false))).toEqual(['nothing', 'quiet', 'good', 'good', 'good', 'loud'])
    expect(advise(Number.NaN, false)).toBe('nothing')
  })

  it('tells a clip above everything else', () => {
    expect(advise(-40, true)).toBe('clipped')
  })
})

describe('the channels of an input', () => {
  it('are each alone, in pairs, and all together', () => {
    expect(channelChoices({ name: 'x', channels: 2 }).map(channelName)).toEqual(['1', '2', '1+2'])
    expect(channelChoices({ name: 'x', channels: 4 }).map(channelName)).toEqual(['1', '2', '3', '4', '1+2', '3+4', '1–4'])
  })

  it('are one where nothing is known, and never more than a take can hold', () => {
    expect(channelChoices(null)).toEqual([{ first: 0, count: 1 }])
    expect(channelChoices({ name: 'x', channels: 32 }).at(-1)).toEqual({ first: 0, count: 8 })
  })
})

describe('the count-in', () => {
  it('counts up to the take', () => {
    expect([4, 3, 2, 1].map((left) => beatOf(4, left))).toEqual([1, 2, 3, 4])
    expect([0, 9].map((left) => beatOf(4, left))).toEqual([4, 1])
  })
})

describe('the trail of a take', () => {
  it('keeps the newest peaks of a take of any length', () => {
    const trail = new Trail()
    for (let index = 0; index < 10_000; index++) trail.push(index)
    expect([trail.total, trail.length]).toEqual([10_000, 4096])
    expect([trail.at(9_999), trail.at(10_000 - 4096), trail.at(100), trail.at(-1)]).toEqual([9_999, 5904, 0, 0])
    trail.clear()
    expect(trail.at(0)).toBe(0)
  })
})
