import { computed, type Ref, ref, watch } from 'vue'
import { clampView, fitScale, follow, timeAt, type View, xOf, zoomAt } from './timeline'

/** Pixels that one sample takes at the closest. */
const CLOSEST = 8
const PAUSE_AFTER_PAN_MS = 2500

/** What of a sound is on the stage, and the ways to change it. */
export function useStageView(width: Ref<number>, duration: Ref<number>, rate: Ref<number>) {
  const view = ref<View>({ start: 0, scale: 1 })
  const fitted = ref(true)
  let moved = -Infinity

  const widest = computed(() => fitScale(width.value, duration.value))
  const closest = computed(() => Math.max(widest.value, rate.value * CLOSEST))
  const put = (next: View) => { view.value = clampView(next, width.value, duration.value, closest.value) }

  function fit() {
    fitted.value = true
    view.value = { start: 0, scale: widest.value }
  }

  /** Zooms about a place on the stage. */
  function zoom(factor: number, x: number) {
    const at = x < 0 || x > width.value ? width.value / 2 : x
    view.value = zoomAt(view.value, at, factor, width.value, duration.value, closest.value)
    fitted.value = view.value.scale <= widest.value * 1.001
  }

  function scroll(seconds: number) {
    moved = performance.now()
    put({ ...view.value, start: view.value.start + seconds })
  }

  /** Shows a stretch, with a little room around it. */
  function frame(from: number, to: number) {
    const room = (to - from) * 0.06
    fitted.value = false
    moved = performance.now()
    put({ start: from - room, scale: width.value / Math.max(1e-6, to - from + room * 2) })
  }

  /** 0 is the whole sound, 1 single samples. */
  const depth = computed(() => {
    const whole = Math.log(closest.value / widest.value)
    return whole > 0 ? Math.min(1, Math.max(0, Math.log(view.value.scale / widest.value) / whole)) : 0
  })

  /** Turns the page with the playhead, but not under the hand of somebody who has just scrolled away. */
  function keepUp(at: number, now: number) {
    if (now - moved < PAUSE_AFTER_PAN_MS) return
    const next = follow(view.value, at, width.value, duration.value, closest.value)
    if (next !== view.value) view.value = next
  }

  watch([width, duration], () => {
    if (fitted.value) fit()
    else put(view.value)
  }, { immediate: true })

  return {
    view, fitted, depth, fit, zoom, scroll, frame, keepUp,
    scrollTo: (start: number) => scroll(start - view.value.start),
    zoomTo: (share: number, x: number) => zoom((widest.value * (closest.value / widest.value) ** share) / view.value.scale, x),
    reveal: (at: number) => { view.value = follow(view.value, at, width.value, duration.value, closest.value) },
    xOf: (seconds: number) => xOf(view.value, seconds),
    timeAt: (x: number) => Math.min(duration.value, Math.max(0, timeAt(view.value, x))),
  }
}

export type StageView = ReturnType<typeof useStageView>
