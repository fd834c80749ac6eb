import type { LoudnessCurve, MeterFrame, Peaks } from '@/domain'

// What sounds are made of here: a beat, a chord and a form, all worked out from the moment, so that every zoom agrees.

const RATE = 48_000
const FINE_S = 0.004
const BANDS = 48
const SILENT_DB = -120

const noise = (seed: number, index: number) => {
  const mixed = Math.imul((seed + 1) * 0x9e3779b1 ^ (index + 7) * 0x85ebca6b, 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}
const decibels = (amplitude: number) => Math.max(SILENT_DB, 20 * Math.log10(Math.max(amplitude, 1e-6)))
const beatsOf = (seed: number) => 1.5 + noise(seed, 3) * 0.8
const rootOf = (seed: number) => 55 * 2 ** (Math.floor(noise(seed, 5) * 12) / 12)

/** How loud the form is at a moment: sections of eight bars, some of them quiet. */
function formAt(seed: number, duration: number, at: number) {
  if (at < 0 || at >= duration) return 0
  const section = (beatsOf(seed) * at) / 32
  const [here, next] = [Math.floor(section), Math.floor(section) + 1]
  const level = (index: number) => 0.32 + 0.6 * noise(seed, 40 + index)
  const blend = Math.min(1, Math.max(0, (section - here - 0.94) / 0.06))
  const edge = Math.min(1, at / Math.min(2, duration / 6), (duration - at) / Math.min(4, duration / 4))
  return (level(here) * (1 - blend) + level(next) * blend) * Math.max(0, edge)
}

function loudAt(seed: number, duration: number, at: number) {
  const beat = (beatsOf(seed) * at) % 1
  const off = (beatsOf(seed) * at + 0.5) % 1
  return formAt(seed, duration, at) * (0.3 + 0.62 * Math.exp(-beat * 5) + 0.22 * Math.exp(-off * 9))
}

function sampleAt(seed: number, duration: number, at: number) {
  const root = rootOf(seed)
  const turn = 2 * Math.PI * at
  const tone = Math.sin(turn * root) * 0.55 + Math.sin(turn * root * 3.01) * 0.25 + Math.sin(turn * root * 7.98) * 0.14 + (noise(seed, Math.floor(at * RATE)) - 0.5) * 0.2
  return Math.max(-1, Math.min(1, loudAt(seed, duration, at) * tone * 1.35))
}

/** The waveform between two moments, down to single samples. */
export function waveBetween(seed: number, duration: number, from: number, to: number, buckets: number): Peaks {
  const step = (to - from) / buckets
  const max: number[] = []
  const min: number[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = from + bucket * step
    if (step > FINE_S) {
      let high = 0
      const looks = Math.min(8, Math.ceil(step / 0.05))
      for (let look = 0; look < looks; look++) {
        const at = start + (look / looks) * step
        high = Math.max(high, loudAt(seed, duration, at) * (0.62 + 0.38 * noise(seed, Math.floor(at * 90))))
      }
      max.push(Math.min(0.99, high))
      min.push(-Math.min(0.99, high * (0.8 + 0.2 * noise(seed, Math.floor(start * 60)))))
    } else {
      const looks = Math.max(1, Math.min(12, Math.round(step * RATE)))
      const heard = Array.from({ length: looks }, (_, look) => sampleAt(seed, duration, start + (look / looks) * step))
      max.push(Math.max(...heard))
      min.push(Math.min(...heard))
    }
  }
  return { duration: to - from, min, max }
}

/** Loudness over time of a sound whose whole loudness is known. */
export function curveOf(seed: number, duration: number, integrated: number): LoudnessCurve {
  const count = Math.floor(duration * 10)
  const power = Array.from({ length: count }, (_, index) => loudAt(seed, duration, index / 10) ** 2)
  const windowed = (windows: number) => power.map((_, index) => {
    if (index + 1 < windows) return null
    const sum = power.slice(index + 1 - windows, index + 1).reduce((all, each) => all + each, 0) / windows
    return sum > 1e-6 ? 10 * Math.log10(sum) : null
  })
  const [momentary, short] = [windowed(4), windowed(30)]
  const heard = power.filter((each) => each > 1e-3)
  const mean = 10 * Math.log10(heard.reduce((all, each) => all + each, 1e-9) / Math.max(1, heard.length))
  const level = (list: (number | null)[]) => list.map((value) => (value === null ? null : Math.round((value - mean + integrated) * 10) / 10))
  return { spacing: 0.1, momentary: level(momentary), short_term: level(short) }
}

/** Level of a frequency at a moment, 0 to 1: a kick below, a chord in the middle, hats on top. */
function spectralAt(seed: number, duration: number, at: number, hertz: number, ages: { beat: number; off: number; form: number }) {
  if (at < 0 || at >= duration) return 0
  const { beat, off, form } = ages
  const kick = Math.exp(-beat * 7) * Math.exp(-(((Math.log2(hertz) - Math.log2(58 + 60 * Math.exp(-beat * 40))) / 0.55) ** 2))
  const hat = Math.exp(-off * 14) * Math.exp(-(((Math.log2(hertz) - Math.log2(9500)) / 0.8) ** 2)) * 0.85
  const click = Math.exp(-beat * 26) * 0.42
  const chord = Math.floor((beatsOf(seed) * at) / 4) % 4
  const root = rootOf(seed) * 2 ** ([0, 5, 9, 7][chord]! / 12)
  const partial = hertz / root
  const near = Math.abs(partial - Math.round(partial))
  const tone = partial > 0.7 ? Math.exp(-(((near * root) / (2.2 + hertz * 0.0042)) ** 2)) * (0.95 / (1 + Math.log2(Math.max(1, partial)) * 0.3)) : 0
  const floor = 0.13 - 0.009 * Math.log2(hertz / 20) + 0.07 * noise(seed, Math.floor(at * 400) * 31 + Math.floor(Math.log2(hertz) * 40))
  return Math.min(1, (Math.max(kick, hat, click, tone * (0.55 + 0.35 * form)) * 0.8 + floor) * (0.35 + 0.65 * Math.sqrt(form)))
}

const agesAt = (seed: number, duration: number, at: number) => ({ beat: (beatsOf(seed) * at) % 1, off: (beatsOf(seed) * at + 0.5) % 1, form: formAt(seed, duration, at) })
/** Levels and their colours: dark blue over cyan and magenta to white, as the studio draws them. */
const STOPS = [[0, 4, 6, 13], [0.26, 15, 32, 82], [0.46, 20, 65, 130], [0.61, 21, 119, 169], [0.71, 32, 162, 194], [0.79, 156, 156, 255], [0.87, 255, 132, 212], [1, 255, 255, 255]] as const
const COLOURS = Array.from({ length: 256 }, (_, shade) => {
  const level = shade / 255
  const upper = Math.max(1, STOPS.findIndex(([at]) => level <= at))
  const [low, high] = [STOPS[upper - 1]!, STOPS[upper]!]
  const part = (level - low[0]) / (high[0] - low[0])
  return ([1, 2, 3] as const).map((channel) => Math.round(low[channel] + part * (high[channel] - low[channel])))
})
const ROWS = Array.from({ length: 256 }, (_, row) => 20 * 1000 ** (1 - row / 255))
const BLANK = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

/** A tile of the spectrogram; without a canvas to draw on, one pixel. */
export function tileOf(seed: number, duration: number, zoom: number, index: number): string {
  const canvas = typeof document === 'undefined' ? null : document.createElement('canvas')
  const context = canvas?.getContext('2d')
  if (!canvas || !context?.createImageData) return BLANK
  Object.assign(canvas, { width: 512, height: 256 })
  const image = context.createImageData(512, 256)
  const span = 2 ** zoom
  for (let column = 0; column < 512; column++) {
    const at = (index + column / 512) * span
    if (at >= duration) continue
    const ages = agesAt(seed, duration, at)
    for (let row = 0; row < 256; row++) {
      const level = spectralAt(seed, duration, at, ROWS[row]!, ages) * 255
      const pixel = (row * 512 + column) * 4
      const [red = 0, green = 0, blue = 0] = COLOURS[Math.round(level)]!
      image.data[pixel] = red
      image.data[pixel + 1] = green
      image.data[pixel + 2] = blue
      image.data[pixel + 3] = 255
    }
  }
  context.putImageData(image, 0, 0)
  return canvas.toDataURL('image/png')
}

/** The meters of one listening: what is integrated stays until they are restarted. */
export class FakeMeters {
  private powers: number[] = []
  private truePeak = SILENT_DB

  restart() {
    this.powers = []
    this.truePeak = SILENT_DB
  }

  /** Reads a take, of which only the level of the moment is known. */
  readLevel(frame: Levels): MeterFrame {
    return this.complete(frame, frame.playing ? 10 ** (frame.rms[0] / 20) : 0, (band) => 0.75 - band * 0.011)
  }

  readSound(seed: number, duration: number, position: number, playing: boolean, gain: number): MeterFrame {
    const level = playing ? loudAt(seed, duration, position) * 10 ** (gain / 20) : 0
    const wobble = 0.93 + 0.07 * Math.sin(position * 5)
    const ages = agesAt(seed, duration, position)
    const frame: Levels = {
      position, playing, tracks: [], peak: [decibels(level * 0.94), decibels(level * 0.94 * wobble)], rms: [decibels(level * 0.42), decibels(level * 0.42 * wobble)], momentary: decibels(level * 0.38),
    }
    return this.complete(frame, level * 0.4, (band) => spectralAt(seed, duration, position, 20 * 1000 ** ((band + 0.5) / BANDS), ages) * (0.9 + 0.1 * noise(band, Math.floor(position * 30))))
  }

  private complete(frame: Levels, level: number, shape: (band: number) => number): MeterFrame {
    if (frame.playing) {
      this.powers.push(level * level)
      this.truePeak = Math.max(this.truePeak, frame.peak[0] + 0.35, frame.peak[1] + 0.35)
    }
    const mean = (values: number[]) => (values.length ? 10 * Math.log10(values.reduce((all, each) => all + each, 1e-12) / values.length) : SILENT_DB)
    const heard = this.powers.filter((power) => power > 1e-5)
    const range = heard.length > 120 ? 3.4 + 2.2 * Math.abs(Math.sin(heard.length / 900)) : null
    return {
      ...frame, short_term: frame.playing ? mean(this.powers.slice(-90)) : SILENT_DB, integrated: heard.length > 12 ? mean(heard) : null, range, true_peak: this.truePeak,
      correlation: frame.playing ? 0.62 + 0.3 * Math.sin(frame.position * 1.7) : 0,
      spectrum: Array.from({ length: BANDS }, (_, band) => (level > 0 ? -100 + 92 * shape(band) : SILENT_DB)),
    }
  }
}

export type Levels = Pick<MeterFrame, 'position' | 'playing' | 'peak' | 'rms' | 'momentary' | 'tracks'>
