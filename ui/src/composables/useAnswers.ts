import { onActivated, onDeactivated, onMounted, onUnmounted } from 'vue'
import type { ActionId } from '@/shortcuts/registry'
import { answerShortcut } from './useShortcuts'

/**
 * Says what actions do while the caller is on screen, also in a room that is kept alive: what is mounted deep in a room
 * that came late, or while it is open, is not told that it was activated.
 */
export function useAnswers(answers: Partial<Record<ActionId, () => void>>) {
  let releases: (() => void)[] = []

  function leave() {
    releases.forEach((release) => release())
    releases = []
  }
  function enter() {
    leave()
    releases = Object.entries(answers).map(([id, answer]) => answerShortcut(id as ActionId, answer))
  }

  onMounted(enter)
  onActivated(enter)
  onDeactivated(leave)
  onUnmounted(leave)
}
