import { onMounted, onUnmounted } from 'vue'

const callbacks = new Set<(now: number) => void>()
let running = 0

function tick(now: number) {
  for (const callback of callbacks) callback(now)
  running = callbacks.size > 0 ? requestAnimationFrame(tick) : 0
}

/** Calls back before every picture while the component is on screen; all callers share one loop. */
export function useFrame(callback: (now: number) => void) {
  onMounted(() => {
    callbacks.add(callback)
    running ||= requestAnimationFrame(tick)
  })
  onUnmounted(() => callbacks.delete(callback))
}
