// From the black of the window over deep blue, violet and magenta to white: as bright as it is loud, so that it is read
// without its colours too.
const STOPS: [number, number, number, number][] = [
  [0, 5, 8, 15], [0.16, 10, 17, 44], [0.34, 36, 36, 118], [0.5, 104, 56, 176], [0.66, 214, 72, 178], [0.8, 255, 138, 160], [0.92, 255, 214, 176], [1, 255, 252, 240],
]

function colourAt(level: number): [number, number, number] {
  const upper = Math.max(1, STOPS.findIndex(([at]) => level <= at))
  const [low, high] = [STOPS[upper - 1]!, STOPS[upper]!]
  const blend = (level - low[0]) / (high[0] - low[0])
  return [1, 2, 3].map((channel) => Math.round(low[channel]! + (high[channel]! - low[channel]!) * blend)) as [number, number, number]
}

const TABLE = Array.from({ length: 256 }, (_, level) => colourAt(level / 255))

/** Colours a picture of levels in place; what is transparent stays so. */
export function colourLevels(pixels: Uint8ClampedArray) {
  for (let at = 0; at < pixels.length; at += 4) {
    const [red, green, blue] = TABLE[pixels[at + 1]!]!
    pixels[at] = red
    pixels[at + 1] = green
    pixels[at + 2] = blue
  }
}

/** Reads a picture of levels from its address and colours it. */
export async function readLevels(address: string): Promise<CanvasImageSource> {
  const image = new Image()
  image.src = address
  await image.decode()
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return image
  context.drawImage(image, 0, 0)
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height)
  colourLevels(pixels.data)
  context.putImageData(pixels, 0, 0)
  return canvas
}
