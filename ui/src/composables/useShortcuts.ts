import { useEventListener } from '@vueuse/core'
import type { Ref } from 'vue'
import { strokeOf } from '@/shortcuts/keys'
import { actionsFor, type ActionId, type Remapped } from '@/shortcuts/registry'

type Answer = () => void
const answers = new Map<ActionId, Answer[]>()

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

// A letter typed in a menu looks for an item, and what floats over the room must not reach through to it.
const floats = (target: EventTarget | null) => target instanceof HTMLElement && target.closest('[role="menu"], [role="listbox"], [role="dialog"]') !== null
/** Whoever waits for the new keys of a shortcut must not set off the old one. */
const takesKeys = (target: EventTarget | null) => target instanceof HTMLElement && target.closest('[data-takes-keys]') !== null
const isBare = (stroke: string) => /^(shift\+)?.$/u.test(stroke)

/** Says what an action does while the caller is on screen; the last one asked answers, and the one before it once that is gone. */
export function answerShortcut(id: ActionId, answer: Answer) {
  answers.set(id, [...(answers.get(id) ?? []), answer])
  return () => {
    answers.set(id, (answers.get(id) ?? []).filter((other) => other !== answer))
  }
}

const answerOf = (id: ActionId) => answers.get(id)?.at(-1)

/** Carries an action out, as a menu does. */
export const perform = (id: ActionId) => answerOf(id)?.()

/** Listens to the keyboard of the whole window; called once by the shell. */
export function useShortcuts(remapped: Ref<Remapped>) {
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented || takesKeys(event.target)) return
    const stroke = strokeOf(event)
    // Rooms share keys: the one that is open answers.
    const action = stroke ? actionsFor(stroke, remapped.value).find(({ id }) => answerOf(id)) : undefined
    if (!stroke || !action) return
    if (isText(event.target) && !action.inText) return
    if (stroke === 'space' && wantsSpace(event.target)) return
    if (isBare(stroke) && floats(event.target)) return
    const answer = answerOf(action.id)
    if (!answer) return
    event.preventDefault()
    if (!event.repeat) answer()
  }, { capture: true })
}
