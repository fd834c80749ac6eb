import { describe, expect, it } from 'vitest'
import { deflection, gainAt, PeakHold, travelOf } from './levels'

describe('the fader', () => {
  it('stands at three quarters for unity and reaches both ends', () => {
    expect(travelOf(0)).toBe(0.75)
    expect(gainAt(1)).toBe(12)
    expect(gainAt(0)).toBe(-60)
  })

  it('comes back to the same gain from its travel', () => {
    for (const decibels of [-60, -36, -12, -3, 0, 6, 12]) expect(gainAt(travelOf(decibels))).toBeCloseTo(decibels, 6)
  })
})

describe('the meter', () => {
  it('rises with the level and takes silence and nonsense for nothing', () => {
    const levels = [-70, -55, -40, -20, -6, 0, 3].map(deflection)
    expect(levels).toEqual([...levels].sort((a, b) => a - b))
    expect(deflection(-20)).toBe(0.5)
    expect(deflection(Number.NaN)).toBe(0)
  })

  it('holds a peak for a moment, then lets it fall', () => {
    const hold = new PeakHold(500, 20)
    hold.at(0, -6)
    expect(hold.at(400, -40)).toBe(-6)
    expect(hold.at(1000, -40)).toBeCloseTo(-16)
    expect(hold.at(1100, -3)).toBe(-3)
  })
})
