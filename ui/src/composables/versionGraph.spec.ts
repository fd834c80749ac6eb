import { describe, expect, it } from 'vitest'
import type { Occasion, Version } from '@/domain'
import { branchColour, commonAncestor, foldVersions, layOut, unfold } from './versionGraph'

let at = 0
const version = (id: string, parents: string[], part: Partial<Version> = {}): Version => ({
  id, parents, message: '', occasion: 'named', branch: 'main', author: '', time_ms: ++at, starred: false, files: 1, bytes: 1, added_bytes: 1, changes: 0, foremost: [], ...part,
})
const quiet = (id: string, parents: string[], part: Partial<Version> = {}) => version(id, parents, { occasion: 'pause' as Occasion, ...part })
const newestFirst = (...versions: Version[]) => [...versions].reverse()
const plain = (versions: Version[]) => versions.map((each) => ({ key: each.id, versions: [each], folded: false }))
const nowhere = { head: null, tips: new Set<string>() }

/** A way that leaves at b, and comes back at f. */
const parted = () => newestFirst(version('a', []), version('b', ['a']), version('c', ['b'], { branch: 'film' }), version('d', ['b']), version('e', ['c'], { branch: 'film' }), version('f', ['d', 'e']), version('g', ['f']))

describe('the graph of versions', () => {
  it('is one straight line where nobody branched', () => {
    const all = newestFirst(version('a', []), version('b', ['a']), version('c', ['b']))
    const { rows, lanes } = layOut(plain(all), all, ['main'])
    expect(lanes).toBe(1)
    expect(rows.map(({ strokes }) => strokes.map(({ kind }) => kind))).toEqual([['bottom'], ['top', 'bottom'], ['top']])
  })

  it('gives a branch a lane of its own, which bends out where it parts and in where it meets', () => {
    const all = parted()
    const { rows, lanes, rowOf } = layOut(plain(all), all, ['main', 'film'])
    expect(lanes).toBe(2)
    const at = (id: string) => rows[rowOf.get(id)!]!
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => at(id).lane)).toEqual([0, 0, 1, 0, 1, 0, 0])
    expect(at('f').strokes).toContainEqual({ kind: 'meet', from: 0, to: 1, branch: 'film', skips: false })
    expect(at('b').strokes).toContainEqual({ kind: 'part', from: 1, to: 0, branch: 'film', skips: false })
    expect(at('d').strokes).toContainEqual({ kind: 'past', from: 1, to: 1, branch: 'film', skips: false })
  })

  it('lets a later branch have the lane that another has left', () => {
    const all = newestFirst(version('a', []), version('b', ['a'], { branch: 'one' }), version('c', ['a']), version('d', ['c', 'b']), version('e', ['d']), version('f', ['e'], { branch: 'two' }), version('g', ['e']))
    const { lanes, rows, rowOf } = layOut(plain(all), all, ['main', 'one', 'two'])
    expect(lanes).toBe(2)
    expect([rows[rowOf.get('b')!]!.lane, rows[rowOf.get('f')!]!.lane]).toEqual([1, 1])
  })

  it('keeps two branches apart that are open at the same time', () => {
    const all = newestFirst(version('a', []), version('b', ['a'], { branch: 'one' }), version('c', ['a'], { branch: 'two' }), version('d', ['b'], { branch: 'one' }), version('e', ['c'], { branch: 'two' }), version('f', ['a']))
    const { rows, lanes } = layOut(plain(all), all, ['main', 'one', 'two'])
    expect(lanes).toBe(3)
    for (const row of rows) {
      const past = row.strokes.filter(({ kind }) => kind === 'past').map(({ from }) => from)
      expect(new Set(past).size).toBe(past.length)
      expect(past).not.toContain(row.lane)
    }
  })

  it('joins what is shown across what is not, and says that something is between', () => {
    const all = parted()
    const shown = all.filter(({ id }) => ['g', 'c', 'a'].includes(id))
    const { rows } = layOut(plain(shown), all, ['main', 'film'])
    expect(rows.flatMap(({ strokes }) => strokes).every(({ skips }) => skips)).toBe(true)
    expect(rows[0]!.strokes.length).toBeGreaterThan(0)
  })

  it('lets a line end where older versions were let go', () => {
    const all = [version('b', ['gone'])]
    expect(layOut(plain(all), all, ['main']).rows[0]!.strokes.map(({ kind }) => kind)).toEqual(['end'])
  })

  it('lays thousands of versions out at once', () => {
    const all = newestFirst(...Array.from({ length: 5000 }, (_, index) => version(`${index}`, index ? [`${Math.max(0, index - 1 - (index % 5 === 0 ? 3 : 0))}`] : [], { branch: index % 50 < 5 ? `b${Math.floor(index / 50) % 6}` : 'main' })))
    const begun = performance.now()
    const { rows } = layOut(plain(all), all, ['main'])
    expect(rows.length).toBe(5000)
    expect(performance.now() - begun).toBeLessThan(1500)
  })
})

describe('automatic versions', () => {
  const day = () => newestFirst(version('a', []), quiet('b', ['a']), quiet('c', ['b'], { occasion: 'close' }), quiet('d', ['c'], { occasion: 'before' }), version('e', ['d'], { message: 'Chorus' }))

  it('are one line where several follow each other', () => {
    const all = day()
    const lines = foldVersions(all, all, nowhere)
    expect(lines.map(({ folded, versions }) => [folded, versions.map(({ id }) => id).join('')])).toEqual([[false, 'e'], [true, 'dcb'], [false, 'a']])
  })

  it('open by their oldest version, since newer ones may join them', () => {
    const all = day()
    const lines = foldVersions(all, all, nowhere)
    expect(unfold(lines, new Set(['b'])).map(({ folded, key }) => [folded, key])).toEqual([[false, 'e'], [false, 'd'], [false, 'c'], [false, 'b'], [false, 'a']])
    expect(unfold(lines, new Set(['c']))).toEqual(lines)
  })

  it('stay in view where one stands, where a branch begins or ends, with a star and with a name', () => {
    const all = newestFirst(version('a', []), quiet('b', ['a']), quiet('c', ['b'], { starred: true }), quiet('d', ['c'], { message: 'Named later' }), quiet('e', ['d']), version('f', ['e']), version('g', ['e'], { branch: 'film' }), quiet('h', ['f']), quiet('i', ['h']))
    expect(foldVersions(all, all, { head: 'i', tips: new Set(['i']) }).every(({ folded }) => !folded)).toBe(true)
  })

  it('of two branches are never one line', () => {
    const all = newestFirst(version('a', []), quiet('b', ['a']), quiet('c', ['b']), quiet('d', ['a'], { branch: 'film' }), quiet('e', ['d'], { branch: 'film' }))
    const lines = foldVersions(all, all, nowhere)
    expect(lines.filter(({ folded }) => folded).map(({ versions }) => versions[0]!.branch)).toEqual(['film', 'main'])
  })
})

describe('two branches', () => {
  it('have the latest version that both come from', () => {
    const all = parted()
    expect(commonAncestor('d', 'e', all)).toBe('b')
    expect(commonAncestor('g', 'e', all)).toBe('e')
    expect(commonAncestor('g', 'elsewhere', all)).toBeNull()
  })

  it('have different colours', () => {
    const order = ['main', 'film', 'slow']
    expect(new Set(order.map((name) => branchColour(name, order))).size).toBe(3)
  })
})
