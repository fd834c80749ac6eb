type Move = (start: number, dx: number, dy: number, gesture: number, fine: boolean) => void

const KEY_PAUSE_MS = 800
let latest = Math.floor(Math.random() * 2 ** 20)

/** Turns a drag, or a run of key presses, into one gesture: one step of the history. Shift makes a drag fine. */
export function useGesture() {
  let pressed = 0
  let keyGesture = 0

  function begin(event: PointerEvent, start: number, move: Move) {
    if (event.button !== 0) return
    const element = event.currentTarget as HTMLElement
    const gesture = ++latest
    let from = { x: event.clientX, y: event.clientY, value: start, fine: event.shiftKey }
    element.setPointerCapture(event.pointerId)
    element.focus({ preventScroll: true })

    const onMove = (next: PointerEvent) => {
      const [dx, dy] = [next.clientX - from.x, next.clientY - from.y]
      if (next.shiftKey !== from.fine) {
        // The grip changes without a jump: what was reached so far becomes the new start.
        from = { x: next.clientX, y: next.clientY, value: Number(element.dataset.grip ?? from.value), fine: next.shiftKey }
        return
      }
      move(from.value, dx, dy, gesture, from.fine)
    }
    const onEnd = () => {
      element.removeEventListener('pointermove', onMove)
      element.removeEventListener('pointerup', onEnd)
      element.removeEventListener('pointercancel', onEnd)
    }
    element.addEventListener('pointermove', onMove)
    element.addEventListener('pointerup', onEnd)
    element.addEventListener('pointercancel', onEnd)
  }

  /** The gesture of a key press; presses in quick succession belong together. */
  function key() {
    const now = performance.now()
    if (now - pressed > KEY_PAUSE_MS) keyGesture = ++latest
    pressed = now
    return keyGesture
  }

  return { begin, key }
}
