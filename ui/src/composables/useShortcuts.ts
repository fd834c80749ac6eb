import { useEventListener } from '@vueuse/core'
import type { Ref } from 'vue'
import { strokeOf } from '@/shortcuts/keys'
import { actionFor, type ActionId, type Remapped } from '@/shortcuts/registry'

type Answer = () => void
const answers = new Map<ActionId, Answer>()

const isText = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)))

// Space must still press the button that the keyboard walked to; after a click it belongs to the transport again.
function wantsSpace(target: EventTarget | null) {
  if (!(target instanceof HTMLElement)) return false
  const control = target.closest('button, a, summary, [role="menuitem"], [role="menuitemradio"], [role="option"], [role="switch"], [role="tab"]')
  return control !== null && (control.matches(':focus-visible') || control.matches('[role^="menuitem"], [role="option"]'))
}

/** Says what an action does while the caller is on screen; the last one asked answers. */
export function answerShortcut(id: ActionId, answer: Answer) {
  answers.set(id, answer)
  return () => {
    if (answers.get(id) === answer) answers.delete(id)
  }
}

/** Carries an action out, as a menu does. */
export const perform = (id: ActionId) => answers.get(id)?.()

/** Listens to the keyboard of the whole window; called once by the shell. */
export function useShortcuts(remapped: Ref<Remapped>) {
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented) return
    const stroke = strokeOf(event)
    const action = stroke && actionFor(stroke, remapped.value)
    if (!action) return
    if (isText(event.target) && !action.inText) return
    if (stroke === 'space' && wantsSpace(event.target)) return
    const answer = answers.get(action.id)
    if (!answer) return
    event.preventDefault()
    if (!event.repeat) answer()
  }, { capture: true })
}
