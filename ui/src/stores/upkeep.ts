import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { PRUNE_RULES, type HistoryReport, type Job, type JobId, type Problem, type PrunePlan, type PruneRules } from '@/domain'
import { AppError, type FileFilter, ipc } from '@/ipc'
import { isActive, useJobs } from './jobs'
import { useTimeline } from './timeline'
import { useToasts } from './toasts'

const REST_MS = 250
export type CareTask = 'prune' | 'check' | 'copies' | 'recovery'
/** Where what becomes of a job is told. */
const TASK_OF: Partial<Record<Job['work']['kind'], CareTask>> = { prune_history: 'prune', check_history: 'check', mend_history: 'check' }

/** The care of the store of versions: thinning out, checking, mending, and the sheet that opens it again. */
export const useUpkeep = defineStore('upkeep', () => {
  const toasts = useToasts()
  const jobs = useJobs()
  const timeline = useTimeline()
  const open = ref<CareTask | null>(null)
  const rules = ref<PruneRules>({ ...PRUNE_RULES })
  const plan = shallowRef<PrunePlan | null>(null)
  const planProblem = shallowRef<Problem | null>(null)
  const planning = ref(false)
  const report = shallowRef<HistoryReport | null>(null)
  const starting = ref(false)
  /** Why the last job of a task failed, until another one is under way. */
  const failed = shallowRef<Partial<Record<CareTask, Problem>>>({})
  let asked = 0

  const running = (kind: Job['work']['kind']) => jobs.all.find((job) => job.work.kind === kind && isActive(job)) ?? null
  const pruning = computed(() => running('prune_history'))
  const checking = computed(() => running('check_history'))
  const mending = computed(() => running('mend_history'))

  async function replanNow() {
    const mine = ++asked
    planning.value = true
    planProblem.value = null
    try {
      const found = await ipc.getPrunePlan({ ...rules.value })
      if (mine === asked) plan.value = found
    } catch (thrown) {
      if (mine !== asked) return
      // What is not shown must not be begun with.
      plan.value = null
      planProblem.value = AppError.from(thrown)
    } finally {
      if (mine === asked) planning.value = false
    }
  }
  const replan = useDebounceFn(replanNow, REST_MS)

  function setRules(change: Partial<PruneRules>) {
    rules.value = { ...rules.value, ...change }
    // A plan of the rules before is on its way no more.
    asked += 1
    planning.value = true
    void replan()
  }

  function follow({ work, state, problem }: Job) {
    const task = TASK_OF[work.kind]
    if (!task) return
    failed.value = { ...failed.value, [task]: state === 'failed' ? (problem ?? undefined) : undefined }
    if (state !== 'done') return
    // What was let go is not in the plan any more.
    if (work.kind === 'prune_history' && open.value === 'prune') void replanNow()
    if (work.kind === 'mend_history') report.value = null
  }

  async function start(call: Promise<JobId>) {
    starting.value = true
    const id = await toasts.attempt(call)
    starting.value = false
    return id
  }

  async function prune() {
    if (!plan.value || planning.value) return undefined
    return start(ipc.pruneHistory({ ...plan.value.rules }))
  }

  /** Returns whether it was written; nothing of the key comes by here. */
  async function saveSheet(name: string, filter: FileFilter) {
    const path = await toasts.attempt(ipc.pickSavePath(name, filter))
    if (!path) return null
    return (await toasts.attempt(ipc.saveRecoverySheet(path).then(() => true))) ? path : null
  }

  return {
    open, rules, plan, planProblem, planning, report, starting, failed, pruning, checking, mending, setRules, prune, saveSheet, replanNow, follow,
    show: (task: CareTask) => {
      open.value = task
      if (task === 'prune') void replanNow()
    },
    check: (readData: boolean) => {
      report.value = null
      return start(ipc.checkHistory(readData))
    },
    mend: () => start(ipc.mendHistory()),
    finish: (found: HistoryReport) => { report.value = found },
    reveal: () => (timeline.timeline?.store ? toasts.attempt(ipc.openFolder(timeline.timeline.store)) : undefined),
  }
})
