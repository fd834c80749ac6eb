import type { Peaks } from '@/domain'

/** The lowest and the highest amplitude of a stretch, −1 to 1. */
export type Extent = [low: number, high: number]
export type ReadWave = (from: number, to: number) => Extent | null

type Page = Pick<Peaks, 'min' | 'max'> & { from: number; to: number }
type AskWave = (from: number, to: number, buckets: number) => Promise<Peaks>

const PAGE = 2048
const WHOLE = 4096
const PAGES_KEPT = 48
const AT_ONCE = 2

/**
 * The waveform of one sound as far as it is known: always the whole of it, and pages of what was looked at closer. The
 * resolution of each level is twice that of the one before, so that a zoom that comes back finds its pages again.
 */
export class WavePages {
  private whole: Page | null = null
  private readonly pages = new Map<string, Page>()
  private wanted: { level: number; index: number }[] = []
  private readonly asked = new Set<string>()
  private readonly failed = new Set<string>()
  private running = 0

  constructor(
    readonly duration: number,
    readonly rate: number,
    private readonly ask: AskWave,
    private readonly tell: (problem: unknown) => void,
  ) {}

  /** Whether there is anything to draw. */
  get known() {
    return this.whole !== null
  }

  /** The level with at least so many buckets a second; the finest has one for each sample. */
  levelFor(perSecond: number) {
    return Math.min(Math.ceil(Math.log2(this.rate)), Math.max(0, Math.ceil(Math.log2(perSecond))))
  }

  private bucketsPerSecond = (level: number) => Math.min(this.rate, 2 ** level)

  /** Asks for what a stretch needs at a resolution; what was wanted before and not asked for yet is let go. */
  want(from: number, to: number, perSecond: number) {
    this.wanted = []
    if (this.duration <= 0) return
    if (!this.whole) this.wanted.push({ level: -1, index: 0 })
    const level = this.levelFor(perSecond)
    const rate = this.bucketsPerSecond(level)
    if (rate * this.duration > WHOLE) {
      const [first, last] = [Math.floor((Math.max(0, from) * rate) / PAGE), Math.floor((Math.min(this.duration, to) * rate) / PAGE)]
      for (let index = first; index <= last; index++) if (index * PAGE < this.duration * rate) this.wanted.push({ level, index })
    }
    this.next()
  }

  /** Asks again for what could not be had. */
  retry() {
    this.failed.clear()
  }

  private next() {
    while (this.running < AT_ONCE) {
      const page = this.wanted.shift()
      if (!page) return
      const key = `${page.level}:${page.index}`
      if (this.pages.has(key) || this.asked.has(key) || this.failed.has(key) || (page.level < 0 && this.whole)) continue
      void this.fetch(page.level, page.index, key)
    }
  }

  private async fetch(level: number, index: number, key: string) {
    this.asked.add(key)
    this.running += 1
    const rate = this.bucketsPerSecond(level)
    const from = level < 0 ? 0 : (index * PAGE) / rate
    const to = level < 0 ? this.duration : Math.min(this.duration, ((index + 1) * PAGE) / rate)
    try {
      const { min, max } = await this.ask(from, to, level < 0 ? WHOLE : Math.max(1, Math.round((to - from) * rate)))
      const page = { from, to, min, max }
      if (level < 0) this.whole = page
      else this.keep(key, page)
      this.tell(null)
    } catch (thrown) {
      this.failed.add(key)
      this.tell(thrown)
    } finally {
      this.asked.delete(key)
      this.running -= 1
      this.next()
    }
  }

  private keep(key: string, page: Page) {
    this.pages.set(key, page)
    for (const old of this.pages.keys()) {
      if (this.pages.size <= PAGES_KEPT) break
      this.pages.delete(old)
    }
  }

  private page(level: number, at: number): Page | undefined {
    const key = `${level}:${Math.floor((at * this.bucketsPerSecond(level)) / PAGE)}`
    const found = this.pages.get(key)
    if (found) {
      this.pages.delete(key)
      this.pages.set(key, found)
    }
    return found
  }

  /** Reads at a resolution, with what is coarser in the place of what is not here yet. */
  reader(perSecond: number): ReadWave {
    const finest = this.levelFor(perSecond)
    let last: Page | null = null
    const covers = (page: Page | null, at: number) => page !== null && at >= page.from && at < page.to
    const find = (at: number) => {
      for (let level = finest; level >= 0; level--) {
        if (this.bucketsPerSecond(level) * this.duration <= WHOLE) break
        const page = this.page(level, at)
        if (page) return page
      }
      return this.whole
    }
    return (from, to) => {
      if (to <= 0 || from >= this.duration) return null
      const start = Math.max(0, from)
      if (!covers(last, start)) last = find(start)
      if (!last) return null
      const extent = within(last, start, to)
      if (to > last.to && last.to < this.duration) {
        const after = find(last.to + 1e-9)
        if (after && after !== last) {
          const [low, high] = within(after, last.to, to)
          return [Math.min(extent[0], low), Math.max(extent[1], high)]
        }
      }
      return extent
    }
  }
}

function within({ from, to, min, max }: Page, start: number, end: number): Extent {
  const rate = max.length / (to - from)
  const first = Math.min(max.length - 1, Math.max(0, Math.floor((start - from) * rate + 1e-6)))
  const last = Math.min(max.length - 1, Math.max(first, Math.ceil((end - from) * rate - 1e-6) - 1))
  let [low, high] = [min[first] ?? 0, max[first] ?? 0]
  for (let index = first + 1; index <= last; index++) {
    low = Math.min(low, min[index]!)
    high = Math.max(high, max[index]!)
  }
  return [low, high]
}
