import { useDevicePixelRatio, useResizeObserver } from '@vueuse/core'
import { onMounted, ref, watch, type Ref } from 'vue'

export type Paint = (context: CanvasRenderingContext2D, width: number, height: number) => void

/** Keeps a canvas as sharp as the screen and paints it once per picture at most, when `repaint` is called or it is resized. */
export function useCanvas(canvas: Ref<HTMLCanvasElement | null>, paint: Paint) {
  const { pixelRatio } = useDevicePixelRatio()
  const size = ref({ width: 0, height: 0 })
  let asked = false

  function draw() {
    asked = false
    const element = canvas.value
    const context = element?.getContext('2d')
    if (!element || !context || size.value.width === 0) return
    const ratio = pixelRatio.value
    const [width, height] = [Math.round(size.value.width * ratio), Math.round(size.value.height * ratio)]
    if (element.width !== width || element.height !== height) Object.assign(element, { width, height })
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, size.value.width, size.value.height)
    paint(context, size.value.width, size.value.height)
  }

  let seen: number[] = []

  /** Paints now if what is seen, as numbers, differs from the last time: a meter at rest costs nothing. */
  function show(...now: number[]) {
    if (now.length === seen.length && now.every((value, index) => Object.is(value, seen[index]))) return
    seen = now
    draw()
  }

  function repaint() {
    if (asked) return
    asked = true
    requestAnimationFrame(draw)
  }

  useResizeObserver(canvas, ([entry]) => {
    if (!entry) return
    size.value = { width: entry.contentRect.width, height: entry.contentRect.height }
    // At once, while the page is laid out: a picture later the old painting would be seen, stretched.
    draw()
  })
  watch(pixelRatio, repaint)
  onMounted(repaint)
  return { repaint, draw, show, size }
}
