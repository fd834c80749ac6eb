import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { AppError, ipc } from '@/ipc'
import type { CopyId, CopyPlace, Problem, StoreCopy } from '@/domain'
import { isActive, useJobs } from './jobs'
import { useToasts } from './toasts'

/** Copies of the store of versions elsewhere. Passphrases and secret keys pass through; nothing here remembers them. */
export const useCopies = defineStore('copies', () => {
  const toasts = useToasts()
  const jobs = useJobs()
  const list = shallowRef<StoreCopy[] | null>(null)
  const problem = shallowRef<Problem | null>(null)
  /** A copy is being made or read: the form waits. */
  const working = ref(false)
  const refusal = shallowRef<Problem | null>(null)

  const syncing = computed(() => new Map(jobs.all.filter(isActive).flatMap((job) => (job.work.kind === 'sync_copy' ? [[job.work.copy, job] as const] : []))))

  async function load() {
    problem.value = null
    try {
      list.value = await ipc.listCopies()
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    }
  }

  /** What is refused is told in the form, beside what has to be mended. */
  async function work<T>(call: () => Promise<T>): Promise<T | undefined> {
    if (working.value) return undefined
    working.value = true
    refusal.value = null
    try {
      return await call()
    } catch (thrown) {
      refusal.value = AppError.from(thrown)
      return undefined
    } finally {
      working.value = false
    }
  }

  return {
    list, problem, working, refusal, syncing, load,
    put: (copies: StoreCopy[]) => { list.value = copies },
    add: (place: CopyPlace, passphrase: string, secret: string | null) => work(() => ipc.addCopy(place, passphrase, secret)),
    restore: (place: CopyPlace, passphrase: string, secret: string | null) => work(() => ipc.restoreFromCopy(place, passphrase, secret).then(() => true)),
    remove: (copy: CopyId) => toasts.attempt(ipc.removeCopy(copy).then(() => true)),
    sync: (copy: CopyId) => toasts.attempt(ipc.syncCopy(copy)),
    pickFolder: () => toasts.attempt(ipc.pickFolder()),
    calm: () => { refusal.value = null },
  }
})
