import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { CacheStats, Check, Shelf } from '@/domain'
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

  return { shelf, cache, checks, checking, put, load, loadCache, clearCache, examine, fetch: (id: string) => toasts.attempt(ipc.fetchModel(id)) }
})
