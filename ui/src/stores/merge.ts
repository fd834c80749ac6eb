import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { commonAncestor } from '@/composables/versionGraph'
import { AppError, ipc } from '@/ipc'
import type { Choice, Conflict, MergeStatus, Problem, VersionComparison } from '@/domain'
import { useProject } from './project'
import { useTimeline } from './timeline'
import { useToasts } from './toasts'

/** A conflict, and what was chosen here; what was decided stays in view, to be decided anew. */
export type Decision = { conflict: Conflict; chosen: Choice | null }

const keyOf = (conflict: Conflict) => conflict.path.join('/')

/** Two branches brought together: what one would bring, and what is to be decided between both. */
export const useMerge = defineStore('merge', () => {
  const timeline = useTimeline()
  const project = useProject()
  const toasts = useToasts()
  const status = shallowRef<MergeStatus | null>(null)
  const chosen = shallowRef<ReadonlyMap<string, Choice>>(new Map())
  const gone = shallowRef<Conflict[]>([])
  const open = ref(false)
  /** The dialog that chooses a branch, and what that branch would bring. */
  const choosing = ref(false)
  const branch = ref<string | null>(null)
  const preview = shallowRef<VersionComparison | null>(null)
  const previewProblem = shallowRef<Problem | null>(null)
  const looking = ref(false)
  /** The conflict whose side is being brought to be heard. */
  const bringing = ref<string | null>(null)
  const deciding = ref<string | null>(null)

  const others = computed(() => timeline.timeline?.branches.filter(({ name }) => name !== timeline.timeline?.branch) ?? [])
  const decisions = computed((): Decision[] => {
    const now = status.value?.conflicts ?? []
    const keys = new Set(now.map(keyOf))
    return [...now, ...gone.value.filter((conflict) => !keys.has(keyOf(conflict)))].map((conflict) => ({ conflict, chosen: chosen.value.get(keyOf(conflict)) ?? null }))
  })
  const left = computed(() => decisions.value.filter((each) => each.chosen === null).length)
  /** Whether one undo takes the whole merge back; what was done since has to be undone first. */
  // A decision made later is a step of its own and is taken back by undo alone.
  const lastStep = computed(() => !!status.value?.last && project.open?.undo?.step === 'merge')

  function put(next: MergeStatus | null) {
    const before = status.value
    if (!next || next.branch !== before?.branch) {
      chosen.value = new Map()
      gone.value = []
    } else {
      const keys = new Set(next.conflicts.map(keyOf))
      const left = before.conflicts.filter((conflict) => !keys.has(keyOf(conflict)) && chosen.value.has(keyOf(conflict)))
      gone.value = [...gone.value.filter((conflict) => !keys.has(keyOf(conflict))), ...left]
    }
    status.value = next
    if (!next) open.value = false
    else if (!before && next.conflicts.length > 0) open.value = true
  }

  async function load() {
    const found = await toasts.attempt(ipc.getMerge())
    if (found !== undefined) put(found)
  }

  /** Shows what a branch has that the project does not: the way from where both parted to its tip. */
  async function look(name: string) {
    branch.value = name
    preview.value = previewProblem.value = null
    looking.value = false
    const { timeline: now, versions } = timeline
    const tip = now?.branches.find((each) => each.name === name)?.tip
    const base = tip && now?.head ? commonAncestor(now.head, tip, versions) : null
    if (!tip || !base) return
    looking.value = true
    try {
      const found = await ipc.compareVersions(base, tip)
      if (branch.value === name) preview.value = found
    } catch (thrown) {
      if (branch.value === name) previewProblem.value = AppError.from(thrown)
    } finally {
      if (branch.value === name) looking.value = false
    }
  }

  function choose(name: string | null) {
    choosing.value = true
    const wanted = name ?? others.value[0]?.name ?? null
    if (wanted) void look(wanted)
  }

  async function merge(): Promise<boolean> {
    const name = branch.value
    if (!name || timeline.busy) return false
    // What was decided in an earlier merge of the same branch says nothing about this one.
    const shown = open.value
    put(null)
    const done = await timeline.mergeBranch(name)
    if (done) choosing.value = false
    else {
      await load()
      open.value = shown && status.value !== null
    }
    return done
  }

  async function resolve(conflict: Conflict, choice: Choice) {
    deciding.value = keyOf(conflict)
    const before = chosen.value
    chosen.value = new Map(before).set(keyOf(conflict), choice)
    const done = await toasts.attempt(ipc.resolveConflict(conflict, choice).then(() => true))
    if (!done) chosen.value = before
    deciding.value = null
  }

  async function hear(conflict: Conflict, choice: Choice) {
    const mine = `${keyOf(conflict)} ${choice}`
    bringing.value = mine
    await toasts.attempt(ipc.hearConflict(conflict, choice))
    if (bringing.value === mine) bringing.value = null
  }

  return {
    status, open, choosing, branch, preview, previewProblem, looking, bringing, deciding, others, decisions, left, lastStep, put, load, look, choose, merge, resolve, hear,
    keyOf, takeBack: () => project.undo(),
  }
})
