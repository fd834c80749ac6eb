import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Job, JobId, JobState, Priority } from '@/domain'
import { ipc } from '@/ipc'
import { useToasts } from './toasts'

const ACTIVE: JobState[] = ['queued', 'running', 'retrying', 'paused']
export const isActive = (job: Job) => ACTIVE.includes(job.state)

export const useJobs = defineStore('jobs', () => {
  const all = ref<Job[]>([])
  const toasts = useToasts()

  const active = computed(() => all.value.filter(isActive))
  const byId = (id: JobId) => all.value.find((job) => job.id === id)
  const finished = computed(() => all.value.filter((job) => !isActive(job)))
  const failed = computed(() => all.value.filter((job) => job.state === 'failed'))

  /** The newest generation for a project that is still under way. */
  const generating = (project: string | undefined) =>
    active.value.find((job) => job.work.kind === 'generate' && job.work.project === project)

  function put(job: Job) {
    const index = all.value.findIndex((each) => each.id === job.id)
    if (index < 0) all.value = [job, ...all.value].sort((a, b) => b.created_ms - a.created_ms)
    else all.value[index] = job
  }

  function remove(id: JobId) {
    all.value = all.value.filter((job) => job.id !== id)
  }

  async function load() {
    const jobs = await toasts.attempt(ipc.listJobs())
    jobs?.forEach(put)
  }

  const cancel = (id: JobId) => toasts.attempt(ipc.cancelJob(id))
  const pause = (id: JobId) => toasts.attempt(ipc.pauseJob(id))
  const resume = (id: JobId) => toasts.attempt(ipc.resumeJob(id))
  const retry = (id: JobId) => toasts.attempt(ipc.retryJob(id))
  const prioritise = (id: JobId, priority: Priority) => toasts.attempt(ipc.setJobPriority(id, priority))
  const clear = () => toasts.attempt(ipc.clearFinishedJobs())

  return { all, byId, active, finished, failed, generating, put, remove, load, cancel, pause, resume, retry, prioritise, clear }
})
