import { onUnmounted, shallowRef } from 'vue'

export type Carried = { x: number; y: number; over: string | null }

const FAR_ENOUGH = 6

/**
 * Carries something from a list to a place marked with `data-carry-to`. Made of pointer events: the web view keeps the
 * system's own drags for files that come from outside.
 */
export function useCarry(drop: (place: string) => void) {
  const carried = shallowRef<Carried | null>(null)
  let leaving: AbortController | null = null

  function end() {
    leaving?.abort()
    leaving = null
    carried.value = null
  }

  function grab(event: PointerEvent) {
    end()
    const from = { x: event.clientX, y: event.clientY }
    leaving = new AbortController()
    const { signal } = leaving
    window.addEventListener('pointermove', (next) => {
      if (!carried.value && Math.hypot(next.clientX - from.x, next.clientY - from.y) < FAR_ENOUGH) return
      const place = document.elementFromPoint(next.clientX, next.clientY)?.closest<HTMLElement>('[data-carry-to]')
      carried.value = { x: next.clientX, y: next.clientY, over: place?.dataset.carryTo ?? null }
    }, { signal })
    window.addEventListener('pointerup', () => {
      const place = carried.value?.over
      end()
      if (place) drop(place)
    }, { signal })
    window.addEventListener('pointercancel', end, { signal })
    window.addEventListener('keydown', (key) => {
      if (key.key !== 'Escape' || !carried.value) return
      key.stopPropagation()
      end()
    }, { signal, capture: true })
  }

  onUnmounted(end)
  return { carried, grab }
}
