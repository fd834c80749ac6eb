import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Problem } from '@/domain'
import { AppError } from '@/ipc'

export type Toast = {
  id: number
  tone: 'info' | 'good' | 'problem'
  text: string
  hint?: string
  action?: { label: string; run: () => void }
  /** A second way on, beside the first. */
  other?: { label: string; run: () => void }
}

const SHORT_MS = 5000
const LONG_MS = 12_000

export const useToasts = defineStore('toasts', () => {
  const list = ref<Toast[]>([])
  let next = 1

  function dismiss(id: number) {
    list.value = list.value.filter((toast) => toast.id !== id)
  }

  function show(toast: Omit<Toast, 'id'>) {
    const id = next++
    const same = list.value.find((other) => other.text === toast.text && other.hint === toast.hint)
    if (same) dismiss(same.id)
    list.value = [...list.value.slice(-3), { ...toast, id }]
    setTimeout(() => dismiss(id), toast.tone === 'problem' || toast.action ? LONG_MS : SHORT_MS)
  }

  function showProblem(problem: Problem) {
    show({ tone: 'problem', text: problem.message, hint: problem.hint })
  }

  /** Waits for a call; a refusal is told to the person and answers `undefined`. */
  async function attempt<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call
    } catch (thrown) {
      const problem = AppError.from(thrown)
      if (problem.code !== 'cancelled') showProblem(problem)
      return undefined
    }
  }

  return { list, show, showProblem, dismiss, attempt }
})
