import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { CacheStats, Check, Model, Shelf } from '@/domain'
import { ipc } from '@/ipc'
import { useToasts } from './toasts'

/** Models on disk and in memory, the result cache, and what works on this machine. */
export const useShelf = defineStore('shelf', () => {
  const toasts = useToasts()
  const shelf = ref<Shelf | null>(null)
  const cache = ref<CacheStats | null>(null)
  const checks = ref<Check[] | null>(null)
  const checking = ref(false)

  function put(next: Shelf) {
    shelf.value = next
  }

  /** Which of some entries are not here yet, the runtime library among them; none while the shelf is not known. */
  const lacking = (wanted: readonly string[]): Model[] =>
    (shelf.value?.models ?? []).filter(({ id, task, state }) => (wanted.includes(id) || task === 'runtime') && !['ready', 'loaded'].includes(state.state))

  async function load() {
    const next = await toasts.attempt(ipc.getShelf())
    if (next) put(next)
  }

  async function loadCache() {
    cache.value = (await toasts.attempt(ipc.getCacheStats())) ?? cache.value
  }

  async function clearCache(olderThanHours: number | null) {
    await toasts.attempt(ipc.clearCache(olderThanHours))
    await loadCache()
  }

  async function examine() {
    checking.value = true
    checks.value = (await toasts.attempt(ipc.runDoctor())) ?? checks.value
    checking.value = false
  }

  return { shelf, cache, checks, checking, put, lacking, load, loadCache, clearCache, examine, fetch: (id: string) => toasts.attempt(ipc.fetchModel(id)) }
})
