import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { AppError, ipc } from '@/ipc'
import type { FileChange, Part, Peaks, Problem, Side, Timeline, Version, VersionId } from '@/domain'
import { usePlayback } from './playback'
import { useToasts } from './toasts'

const WAVE_BUCKETS = 96
const WAVES_AT_ONCE = 3
const WAVES_KEPT = 600

export type VersionFilter = { named: boolean; starred: boolean; branch: string | null }

/** The past of the open project: what is in it, what is picked, and what is done with that. */
export const useTimeline = defineStore('timeline', () => {
  const toasts = useToasts()
  const playback = usePlayback()
  const timeline = shallowRef<Timeline | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const picked = ref<VersionId | null>(null)
  /** The version that others are compared with. */
  const marked = ref<VersionId | null>(null)
  const text = ref('')
  const filter = ref<VersionFilter>({ named: false, starred: false, branch: null })
  /** The version that is being given a name, and what is written so far. */
  const naming = ref<{ id: VersionId; text: string } | null>(null)
  /** Whether the panel of the picked version has half of the room. */
  const wide = ref(false)
  const opened = shallowRef<ReadonlySet<VersionId>>(new Set())
  const waves = shallowRef<ReadonlyMap<VersionId, Peaks | null>>(new Map())
  /** What takes a moment: another branch, a restore. Only one of them at a time. */
  const busy = ref<'switch' | 'restore' | 'branch' | 'merge' | null>(null)

  const versions = computed(() => timeline.value?.versions ?? [])
  const byId = computed(() => new Map(versions.value.map((version) => [version.id, version])))
  const branches = computed(() => timeline.value?.branches.map(({ name }) => name) ?? [])
  /** Of the lanes: the first branch on the left, then in the order in which they began. */
  const branchOrder = computed(() => {
    const seen = new Set(['main'])
    for (const version of [...versions.value].reverse()) seen.add(version.branch)
    for (const name of branches.value) seen.add(name)
    return [...seen].filter((name) => name !== 'main' || branches.value.includes('main') || versions.value.some(({ branch }) => branch === 'main'))
  })
  const tips = computed(() => new Map(timeline.value?.branches.map(({ name, tip }) => [tip, name]) ?? []))
  const version = computed(() => (picked.value ? (byId.value.get(picked.value) ?? null) : null))
  const narrowed = computed(() => text.value.trim() !== '' || filter.value.named || filter.value.starred || filter.value.branch !== null)
  const heard = computed(() => {
    const { queue } = playback
    return queue && !queue.compared ? (queue.entries[queue.current]?.version ?? null) : null
  })

  function put(next: Timeline) {
    problem.value = null
    if (next.project !== timeline.value?.project) forget()
    // Who looks at where the project stands goes along when it moves on, but not out of a name that is half written.
    const follows = picked.value !== null && picked.value === timeline.value?.head && naming.value === null
    timeline.value = next
    if (follows && next.head) picked.value = next.head
    if (marked.value && !byId.value.has(marked.value)) marked.value = null
    if (filter.value.branch !== null && !next.branches.some(({ name }) => name === filter.value.branch)) filter.value = { ...filter.value, branch: null }
    if (!picked.value || !byId.value.has(picked.value)) picked.value = next.head ?? next.versions[0]?.id ?? null
  }

  function forget() {
    picked.value = marked.value = null
    naming.value = null
    text.value = ''
    filter.value = { named: false, starred: false, branch: null }
    opened.value = new Set()
    waves.value = new Map()
    waiting.length = 0
    stale.clear()
  }

  async function load() {
    problem.value = null
    try {
      put(await ipc.getTimeline())
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    }
  }

  // Waveforms are asked for when their lines are seen, the last seen first, and a few at a time.
  const waiting: VersionId[] = []
  const asked = new Set<VersionId>()
  /** Drawn before their mix was rendered: shown until the better ones are here. */
  const stale = new Set<VersionId>()

  function needWaves(ids: VersionId[]) {
    for (const id of ids) {
      if (asked.has(id) || (waves.value.has(id) && !stale.has(id))) continue
      const at = waiting.indexOf(id)
      if (at >= 0) waiting.splice(at, 1)
      waiting.push(id)
    }
    fetchWaves()
  }
  /** A version that was heard has been rendered: only now its wave is that of its mix. */
  function renewWaves(ids: (VersionId | null)[]) {
    const known = ids.filter((id) => id !== null)
    for (const id of known) stale.add(id)
    needWaves(known)
  }
  function fetchWaves() {
    while (asked.size < WAVES_AT_ONCE && waiting.length > 0) void fetchWave(waiting.pop()!)
  }
  async function fetchWave(id: VersionId) {
    const project = timeline.value?.project
    asked.add(id)
    stale.delete(id)
    // A version that cannot be drawn is still a version: its line says everything else.
    const wave = await ipc.getVersionWave(id, WAVE_BUCKETS).catch(() => undefined)
    asked.delete(id)
    // What was heard while it was drawn has to be drawn again.
    const again = stale.has(id)
    if (project === timeline.value?.project) {
      // No silence to be kept: it is tried once more when its line is seen again.
      if (wave === undefined) stale.add(id)
      const next = new Map(waves.value).set(id, wave ?? waves.value.get(id) ?? null)
      for (const old of next.keys()) {
        if (next.size <= WAVES_KEPT) break
        next.delete(old)
      }
      waves.value = next
    }
    if (again) needWaves([id])
    fetchWaves()
  }

  function toggleFold(key: VersionId) {
    const next = new Set(opened.value)
    if (!next.delete(key)) next.add(key)
    opened.value = next
  }

  const name = (id: VersionId, message: string) => toasts.attempt(ipc.nameVersion(id, message).then(() => true))
  function beginNaming() {
    if (version.value) naming.value = { id: version.value.id, text: version.value.message }
  }
  /** Keeps what was written for the version that it was written for, whichever is picked by now. */
  function endNaming(keep: boolean) {
    const now = naming.value
    naming.value = null
    const named = now && byId.value.get(now.id)
    if (!keep || !named) return
    const message = now.text.trim()
    if (message !== named.message) void name(named.id, message)
  }
  watch(picked, (id) => { if (naming.value && naming.value.id !== id) endNaming(true) })

  async function play(id: VersionId) {
    const done = await toasts.attempt(ipc.playVersion(id).then(() => true))
    if (done) renewWaves([id])
    return done
  }
  async function audition(before: VersionId, after: VersionId | null) {
    const done = await toasts.attempt(ipc.auditionVersions(before, after).then(() => true))
    if (done) renewWaves([before, after])
    return done
  }

  /** Runs what changes the project as a whole; a second one waits for nobody. */
  async function alone<T>(what: NonNullable<typeof busy.value>, call: () => Promise<T>): Promise<boolean> {
    if (busy.value) return false
    busy.value = what
    const done = await toasts.attempt(call().then(() => true))
    busy.value = null
    return done === true
  }

  /** One after the other, each a step of its own; stops at the first that cannot be. Returns how many were taken. */
  async function restoreParts(id: VersionId, parts: Part[]): Promise<number> {
    let taken = 0
    await alone('restore', async () => {
      for (const part of parts) {
        await ipc.restorePart(id, part)
        taken += 1
      }
    })
    return taken
  }

  return {
    timeline, problem, picked, marked, text, filter, naming, wide, opened, waves, busy, versions, byId, branches, branchOrder, tips, version, narrowed, heard,
    put, load, needWaves, renewWaves, toggleFold, beginNaming, endNaming, play, audition, restoreParts,
    widen: () => {
      text.value = ''
      filter.value = { named: false, starred: false, branch: null }
    },
    mark: (id: VersionId) => { marked.value = marked.value === id ? null : id },
    star: ({ id, starred }: Version) => toasts.attempt(ipc.starVersion(id, !starred)),
    hear: (side: Side) => playback.hear(side),
    makeBranch: (name: string, from: VersionId | null) => alone('branch', () => ipc.makeBranch(name, from)),
    switchTo: (name: string) => alone('switch', () => ipc.switchBranch(name)),
    mergeBranch: (name: string) => alone('merge', () => ipc.mergeBranch(name)),
    restore: (id: VersionId) => alone('restore', () => ipc.restoreVersion(id)),
    restoreFile: (id: VersionId, path: string) => alone('restore', () => ipc.restoreFile(id, path)),
    files: (id: VersionId): Promise<{ files: FileChange[] | null; problem: Problem | null }> =>
      ipc.listVersionFiles(id).then((files) => ({ files, problem: null }), (thrown) => ({ files: null, problem: AppError.from(thrown) })),
  }
})
