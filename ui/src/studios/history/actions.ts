import { computed, inject, type InjectionKey, provide, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useChangeWords } from '@/composables/useChangeWords'
import type { Part, Problem, StepName, Version, VersionComparison, VersionId } from '@/domain'
import { type Against, useComparison } from '@/stores/comparison'
import { useMerge } from '@/stores/merge'
import { usePlayback } from '@/stores/playback'
import { useProject } from '@/stores/project'
import { useTimeline } from '@/stores/timeline'
import { useToasts } from '@/stores/toasts'

/** What can be done with versions and branches, by key, in menus and in the panel alike. */
function createActions() {
  const { t } = useI18n()
  const { about } = useChangeWords()
  const timeline = useTimeline()
  const comparison = useComparison()
  const playback = usePlayback()
  const merge = useMerge()
  const project = useProject()
  const toasts = useToasts()

  /** Where a new branch begins; `null` is the project as it is, nothing while nobody asks. */
  const branching = ref<{ from: VersionId | null } | null>(null)
  const restoring = shallowRef<Version | null>(null)
  const restore = shallowRef<{ comparison: VersionComparison | null; problem: Problem | null }>({ comparison: null, problem: null })
  /** A version that is being brought to be heard. */
  const bringing = ref<VersionId | null>(null)

  const nameOf = (id: VersionId | null | undefined) => {
    if (!id) return t('queue.present')
    const version = timeline.byId.get(id)
    return version ? about(version) : id.slice(0, 8)
  }
  const heardHere = computed(() => timeline.heard !== null && timeline.heard === timeline.picked)

  async function play(id: VersionId | null) {
    if (!id) return
    if (timeline.heard === id) return void (await playback.toggle())
    bringing.value = id
    await timeline.play(id)
    if (bringing.value === id) bringing.value = null
  }

  /** The space bar: pauses what is heard, unless another version is picked. */
  async function playPause() {
    const { picked, heard } = timeline
    // Two that are compared go on together: neither of them is the one to play.
    if (playback.queue?.compared) return void (await playback.toggle())
    if (!picked || (playback.playing && (heard === null || heard === picked))) return void (await playback.toggle())
    await play(picked)
  }

  function compare(against: Against | null = null) {
    const { marked, picked } = timeline
    comparison.against = against ?? (marked && marked !== picked ? 'marked' : 'before')
    return audition()
  }

  /** Both of the pair in the transport, at the same place and equally loud. */
  async function audition() {
    const { pair } = comparison
    if (!pair) return toasts.show({ tone: 'info', text: t('comparing.nothing_before'), hint: t('comparing.nothing_before_hint') })
    const mine = pair.after ?? pair.before
    bringing.value = mine
    await timeline.audition(pair.before, pair.after)
    if (bringing.value === mine) bringing.value = null
  }

  async function askToRestore(version: Version | null) {
    if (!version || timeline.busy) return
    restoring.value = version
    restore.value = { comparison: null, problem: null }
    const found = await comparison.toPresent(version.id)
    if (restoring.value?.id === version.id) restore.value = found
  }

  /** The field is in the panel of the picked version, which the merge would hide. */
  function name() {
    merge.open = false
    timeline.beginNaming()
  }

  let lastDone = 0
  /** Takes back what has just been done in so many steps; what was done since is not what is meant. */
  function undoIt(step: StepName['step'], label: string, times = 1) {
    const mine = ++lastDone
    async function run() {
      const { undo, redo } = project.open ?? {}
      if (mine !== lastDone || undo?.step !== step || redo) return toasts.show({ tone: 'info', text: t('restoring.back_later'), hint: t('restoring.back_later_hint') })
      lastDone += 1
      for (let left = times; left > 0; left--) await project.undo()
    }
    return { label, run: () => void run() }
  }

  async function restoreWhole() {
    const version = restoring.value
    if (!version || !(await timeline.restore(version.id))) return
    restoring.value = null
    toasts.show({ tone: 'good', text: t('restoring.done', { name: about(version) }), hint: t('restoring.done_hint') })
  }
  async function restoreParts(parts: Part[]) {
    const version = restoring.value
    if (!version) return
    const taken = await timeline.restoreParts(version.id, parts)
    if (taken === parts.length) restoring.value = null
    if (taken > 0) toasts.show({ tone: 'good', text: t('restoring.done_parts', { count: taken, name: about(version) }), action: undoIt('restore', t('restoring.back'), taken) })
  }
  async function restoreFile(version: Version, path: string) {
    if (await timeline.restoreFile(version.id, path)) toasts.show({ tone: 'good', text: t('files.restored', { name: path }) })
  }

  async function makeBranch(name: string) {
    if (!branching.value || !(await timeline.makeBranch(name, branching.value.from))) return
    branching.value = null
    toasts.show({ tone: 'good', text: t('branches.made', { name }) })
  }
  async function switchTo(name: string) {
    if (name === timeline.timeline?.branch || !(await timeline.switchTo(name))) return
    toasts.show({ tone: 'good', text: t('branches.switched', { name }) })
  }

  async function begin() {
    const name = merge.branch
    if (!(await merge.merge()) || !name) return
    const { status } = merge
    if (status && status.conflicts.length > 0) merge.open = true
    else toasts.show({ tone: 'good', text: t('merging.done', { branch: name }), action: undoIt('merge', t('merging.back')) })
  }

  return {
    branching, restoring, restore, bringing, nameOf, heardHere, play, playPause, name, compare, audition, askToRestore, restoreWhole, restoreParts, restoreFile, makeBranch, switchTo, begin,
    branch: (from: VersionId | null) => { branching.value = { from } },
    closeAll: () => {
      branching.value = null
      restoring.value = null
      timeline.endNaming(true)
      merge.choosing = false
    },
  }
}

export type Actions = ReturnType<typeof createActions>
const KEY: InjectionKey<Actions> = Symbol('history actions')

export function provideActions() {
  const actions = createActions()
  provide(KEY, actions)
  return actions
}
export const useActions = () => inject(KEY)!
