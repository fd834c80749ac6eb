import { SPECTROGRAM } from '@/domain'

export const tileSeconds = (zoom: number) => 2 ** zoom

/** The zoom whose tiles have one to two columns for each pixel of the screen. */
export function zoomFor(scale: number, ratio: number): number {
  const zoom = Math.floor(Math.log2(SPECTROGRAM.columns / (scale * ratio)))
  return Math.min(SPECTROGRAM.maxZoom, Math.max(0, zoom))
}

/** Where a frequency stands, 0 at the bottom and 1 at the top. */
export const heightOf = (hertz: number) => Math.log(hertz / SPECTROGRAM.lowest) / Math.log(SPECTROGRAM.highest / SPECTROGRAM.lowest)
export const frequencyAt = (height: number) => SPECTROGRAM.lowest * (SPECTROGRAM.highest / SPECTROGRAM.lowest) ** height

/** A picture, or part of one, and the stretch of the sound that it shows. */
export type Patch<Picture> = { picture: Picture; from: number; to: number; left: number; share: number }

const KEPT = 64
const AT_ONCE = 3

/** The tiles of one sound that were looked at last; those that scroll out of sight before their turn are never asked for. */
export class TileShelf<Picture> {
  private readonly tiles = new Map<string, Picture>()
  private readonly asked = new Set<string>()
  private readonly failed = new Set<string>()
  private wanted: { zoom: number; index: number }[] = []
  private running = 0
  private closed = false

  constructor(
    readonly duration: number,
    private readonly ask: (zoom: number, index: number) => Promise<Picture>,
    private readonly tell: (problem: unknown) => void,
  ) {}

  get size() {
    return this.tiles.size
  }

  /** Asks for the tiles of a stretch, from its middle outwards, and then for its neighbours. */
  want(from: number, to: number, zoom: number) {
    const span = tileSeconds(zoom)
    const last = Math.max(0, Math.ceil(this.duration / span) - 1)
    const [first, end] = [Math.max(0, Math.floor(from / span)), Math.min(last, Math.floor(to / span))]
    const middle = (from + to) / 2 / span - 0.5
    const seen = Array.from({ length: Math.max(0, end - first + 1) }, (_, step) => first + step).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    this.wanted = [...seen, end + 1, first - 1].filter((index) => index >= 0 && index <= last).slice(0, KEPT).map((index) => ({ zoom, index }))
    this.next()
  }

  private next() {
    while (this.running < AT_ONCE && !this.closed) {
      const tile = this.wanted.shift()
      if (!tile) return
      const key = `${tile.zoom}:${tile.index}`
      if (!this.tiles.has(key) && !this.asked.has(key) && !this.failed.has(key)) void this.fetch(tile.zoom, tile.index, key)
    }
  }

  private async fetch(zoom: number, index: number, key: string) {
    this.asked.add(key)
    this.running += 1
    try {
      const picture = await this.ask(zoom, index)
      if (this.closed) return
      this.tiles.set(key, picture)
      for (const old of this.tiles.keys()) {
        if (this.tiles.size <= KEPT) break
        this.tiles.delete(old)
      }
      this.tell(null)
    } catch (thrown) {
      this.failed.add(key)
      if (!this.closed) this.tell(thrown)
    } finally {
      this.asked.delete(key)
      this.running -= 1
      this.next()
    }
  }

  private take(zoom: number, index: number) {
    const key = `${zoom}:${index}`
    const picture = this.tiles.get(key)
    if (picture !== undefined) {
      this.tiles.delete(key)
      this.tiles.set(key, picture)
    }
    return picture
  }

  /** What to draw for a tile: itself, or the part of a coarser one, or the finer ones in its place. */
  patches(zoom: number, index: number): Patch<Picture>[] {
    const span = tileSeconds(zoom)
    const [from, to] = [index * span, (index + 1) * span]
    for (let up = 0; zoom + up <= SPECTROGRAM.maxZoom; up++) {
      const picture = this.take(zoom + up, index >> up)
      const parts = 2 ** up
      if (picture !== undefined) return [{ picture, from, to, left: (index % parts) / parts, share: 1 / parts }]
    }
    if (zoom === 0) return []
    return [0, 1].flatMap((half) => {
      const picture = this.take(zoom - 1, index * 2 + half)
      return picture === undefined ? [] : [{ picture, from: from + (half * span) / 2, to: from + ((half + 1) * span) / 2, left: 0, share: 1 }]
    })
  }

  has = (zoom: number, index: number) => this.tiles.has(`${zoom}:${index}`)

  retry() {
    this.failed.clear()
  }

  /** Nothing that is still on its way is kept or told. */
  close() {
    this.closed = true
    this.wanted = []
    this.tiles.clear()
  }
}
