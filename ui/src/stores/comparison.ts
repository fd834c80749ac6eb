import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { AppError, ipc } from '@/ipc'
import type { Problem, SoundComparison, VersionComparison, VersionId } from '@/domain'
import { useProject } from './project'
import { useSession } from './session'
import { useTimeline } from './timeline'

/** What the picked version is held against. */
export type Against = 'before' | 'present' | 'marked'
/** From the earlier to the later; `null` is the project as it is. */
export type Pair = { before: VersionId; after: VersionId | null }

/** Walking the timeline must not read every version that it passes. */
const REST_MS = 140
const KEPT = 60

const keyOf = ({ before, after }: Pair) => `${before} ${after ?? ''}`

/** The picked version beside another one: what differs, and how both sound. */
export const useComparison = defineStore('comparison', () => {
  const timeline = useTimeline()
  const project = useProject()
  const session = useSession()
  const wanted = ref<Against>('before')
  /** The marked version is not held against itself. */
  const against = computed({
    get: (): Against => (wanted.value === 'marked' && (timeline.marked === null || timeline.marked === timeline.picked) ? 'before' : wanted.value),
    set: (next: Against) => { wanted.value = next },
  })
  const result = shallowRef<VersionComparison | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(false)
  const sound = shallowRef<SoundComparison | null>(null)
  const soundProblem = shallowRef<Problem | null>(null)
  const listening = ref(false)
  const known = new Map<string, VersionComparison>()
  const heard = new Map<string, SoundComparison>()

  const pair = computed((): Pair | null => {
    const { version, marked, byId } = timeline
    if (!version) return null
    if (against.value === 'present') return { before: version.id, after: null }
    if (against.value === 'marked') {
      const other = marked && marked !== version.id ? byId.get(marked) : undefined
      if (!other) return null
      return other.time_ms <= version.time_ms ? { before: other.id, after: version.id } : { before: version.id, after: other.id }
    }
    const [parent] = version.parents
    return parent && byId.has(parent) ? { before: parent, after: version.id } : null
  })

  function keep<T>(shelf: Map<string, T>, pair: Pair, value: T) {
    // The project as it is will be another in a moment.
    if (pair.after === null) return
    shelf.set(keyOf(pair), value)
    const [oldest] = shelf.keys()
    if (shelf.size > KEPT && oldest !== undefined) shelf.delete(oldest)
  }
  const same = (one: Pair | null, other: Pair | null) => one !== null && other !== null && keyOf(one) === keyOf(other)

  async function read() {
    const now = pair.value
    problem.value = null
    if (!now) {
      result.value = null
      loading.value = false
      return
    }
    const kept = known.get(keyOf(now))
    if (!kept && !(result.value && same(now, result.value))) result.value = null
    if (kept) {
      result.value = kept
      loading.value = false
      return
    }
    loading.value = true
    try {
      const found = await ipc.compareVersions(now.before, now.after)
      keep(known, now, found)
      if (same(now, pair.value)) result.value = found
    } catch (thrown) {
      if (same(now, pair.value)) problem.value = AppError.from(thrown)
    } finally {
      if (same(now, pair.value)) loading.value = false
    }
  }

  /** Listens to both; the answer takes as long as it takes to render them. */
  async function listen() {
    const now = pair.value
    if (!now) return
    soundProblem.value = null
    const kept = heard.get(keyOf(now))
    if (kept) return void (sound.value = kept)
    listening.value = true
    try {
      const found = await ipc.compareSound(now.before, now.after)
      keep(heard, now, found)
      if (same(now, pair.value)) sound.value = found
      timeline.renewWaves([now.before, now.after])
    } catch (thrown) {
      if (same(now, pair.value)) soundProblem.value = AppError.from(thrown)
    } finally {
      if (same(now, pair.value)) listening.value = false
    }
  }

  let rest: ReturnType<typeof setTimeout> | undefined
  function renew() {
    clearTimeout(rest)
    const now = pair.value
    sound.value = soundProblem.value = null
    listening.value = false
    if (now && known.has(keyOf(now))) void read()
    else {
      loading.value = now !== null
      if (!now || !result.value || !same(now, result.value)) result.value = null
      rest = setTimeout(() => void read(), REST_MS)
    }
    if (now && heard.has(keyOf(now))) sound.value = heard.get(keyOf(now))!
  }

  // Only who looks at it wants it: from other rooms every touch of a fader would read a version.
  let late = false
  const shown = computed(() => session.room === 'history')
  function wish() {
    if (shown.value) renew()
    else late = true
  }
  watch(() => (pair.value ? keyOf(pair.value) : ''), wish, { immediate: true })
  watch(() => timeline.marked, (marked) => { if (!marked && wanted.value === 'marked') wanted.value = 'before' })
  // The project as it is has moved on: what was said of it is old.
  watch(() => project.open, () => { if (pair.value?.after === null) wish() })
  watch(shown, (now) => {
    if (!now || !late) return
    late = false
    renew()
  })

  return {
    against, result, problem, loading, sound, soundProblem, listening, pair, read, listen,
    /** What restoring a version would change: from it to the project as it is. */
    toPresent: (version: VersionId): Promise<{ comparison: VersionComparison | null; problem: Problem | null }> =>
      ipc.compareVersions(version, null).then((comparison) => ({ comparison, problem: null }), (thrown) => ({ comparison: null, problem: AppError.from(thrown) })),
  }
})
