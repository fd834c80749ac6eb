import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { PROFILE_FILE } from '@/composables/paths'
import { profileOf, voiceIdOf } from '@/composables/profiles'
import type { Language, Problem, Profile, ProfileChange, ProfileId, RecordedTake, RecorderState, SampleId, SampleSource, ScriptLine } from '@/domain'
import { AppError, type FileFilter, ipc } from '@/ipc'
import { usePlayback } from './playback'
import { useRecorder } from './recorder'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

/** A sample that is not heard by then was over before it was seen. */
const SEEN_MS = 1500
/** The entries of the shelf that the search for the closest voice needs beside those of the samples. */
const MATCHING = ['silero-vad', 'resemblyzer', 'kokoro', 'kokoro-voices', 'swift-f0']
const LISTENING = ['silero-vad', 'resemblyzer']
const ENGLISH = 'english'

/** A sample that is being listened to. */
export type HeardSample = { sample: SampleId; state: 'coming' | 'heard' }

/** Voices of one's own, and others with their consent: their samples, and the closest voice that the studio has. */
export const useProfiles = defineStore('profiles', () => {
  const toasts = useToasts()
  const shelf = useShelf()
  const playback = usePlayback()
  const list = shallowRef<Profile[] | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const chosen = ref<ProfileId | null>(null)
  const scripts = shallowRef<Partial<Record<Language, ScriptLine[]>>>({})

  /** How many sounds are being looked at, by the profile they go to. */
  const adding = ref<Record<ProfileId, number>>({})
  /** Samples that are being cleaned or brought back. */
  const working = ref<SampleId[]>([])
  const seeking = ref(false)
  const heard = ref<HeardSample | null>(null)
  /** Files that wait for the profile that is being named. */
  const naming = ref<{ files: string[] } | null>(null)
  /** The profile whose consent is asked for; what was wanted is done once it is given. */
  const asking = ref<ProfileId | null>(null)
  let wanted: (() => unknown) | null = null
  /** The profile that the take under way is for. */
  const recordedFor = ref<ProfileId | null>(null)

  /** The profile whose closest voice was found last. */
  const found = shallowRef<Profile | null>(null)

  const profile = computed(() => list.value?.find(({ id }) => id === chosen.value) ?? null)
  const asked = computed(() => list.value?.find(({ id }) => id === asking.value) ?? null)
  const lackingToListen = computed(() => shelf.lacking(LISTENING))
  const lackingToMatch = computed(() => shelf.lacking([...MATCHING, ...(profile.value?.language === 'en' ? [ENGLISH] : [])]))

  const isNews = ({ id, closest }: Profile) => closest !== null && (list.value ?? []).some((known) => known.id === id && JSON.stringify(known.closest) !== JSON.stringify(closest))

  function put(next: Profile[]) {
    found.value = next.find(isNews) ?? found.value
    const before = list.value?.findIndex(({ id }) => id === chosen.value) ?? -1
    list.value = next
    problem.value = null
    // Where one was deleted, the next one takes its place.
    if (!next.some(({ id }) => id === chosen.value)) chosen.value = next[Math.min(Math.max(0, before), next.length - 1)]?.id ?? null
    if (asking.value && !asked.value) asking.value = null
  }

  async function load() {
    try {
      put(await ipc.listProfiles())
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    }
  }

  async function readScript(language: Language) {
    if (scripts.value[language]) return
    const lines = await toasts.attempt(ipc.getReadingScript(language))
    if (lines) scripts.value = { ...scripts.value, [language]: lines }
  }

  function refused(thrown: unknown, id: ProfileId, again: () => unknown) {
    const refusal = AppError.from(thrown)
    if (refusal.code === 'consent_missing') return needConsent(id, again)
    if (refusal.code === 'model_missing') void shelf.load()
    if (refusal.code !== 'cancelled') toasts.showProblem(refusal)
  }

  async function add(id: ProfileId, sources: SampleSource[]) {
    if (sources.length === 0) return
    adding.value = { ...adding.value, [id]: (adding.value[id] ?? 0) + sources.length }
    try {
      await ipc.addSamples(id, sources)
    } catch (thrown) {
      refused(thrown, id, () => add(id, sources))
    } finally {
      adding.value = { ...adding.value, [id]: Math.max(0, (adding.value[id] ?? 0) - sources.length) }
    }
  }

  /** Files become samples of the profile that is open; without one, one is named first. */
  async function addFiles(paths: string[]) {
    const parcels = paths.filter((path) => PROFILE_FILE.test(path))
    for (const parcel of parcels) await take(parcel)
    const files = paths.filter((path) => !PROFILE_FILE.test(path))
    if (files.length === 0) return
    if (chosen.value) await add(chosen.value, files.map((value) => ({ kind: 'file', value })))
    else naming.value = { files }
  }

  async function create(name: string, language: Language, own: boolean) {
    const files = naming.value?.files ?? []
    const id = await toasts.attempt(ipc.createProfile(name.trim(), language, own))
    if (!id) return
    naming.value = null
    chosen.value = id
    await add(id, files.map((value) => ({ kind: 'file', value })))
  }

  async function take(path: string) {
    const id = await toasts.attempt(ipc.importProfile(path))
    if (id) chosen.value = id
  }

  async function work(sample: SampleId, call: () => Promise<unknown>) {
    if (!chosen.value || working.value.includes(sample)) return
    working.value = [...working.value, sample]
    try {
      await call()
    } catch (thrown) {
      refused(thrown, chosen.value, () => work(sample, call))
    } finally {
      working.value = working.value.filter((each) => each !== sample)
    }
  }

  function unlessSeen(sample: SampleId) {
    setTimeout(() => { if (heard.value?.sample === sample && !playback.playing) heard.value = null }, SEEN_MS)
  }

  /** Lets a sample be heard; pressed again it is quiet. */
  async function play(sample: SampleId) {
    if (!chosen.value) return
    if (heard.value?.sample === sample) {
      heard.value = null
      return playback.stop()
    }
    heard.value = { sample, state: 'coming' }
    const done = await toasts.attempt(ipc.playSample(chosen.value, sample).then(() => true))
    if (heard.value?.sample !== sample) return
    heard.value = done ? { sample, state: 'heard' } : null
    unlessSeen(sample)
  }
  watch(() => playback.playing, (playing) => { if (!playing && heard.value?.state === 'heard') heard.value = null })

  function needConsent(id: ProfileId, then: (() => unknown) | null = null) {
    asking.value = id
    wanted = then
  }

  async function consent(person: string, purpose: string) {
    const id = asking.value
    if (!id || (await toasts.attempt(ipc.giveConsent(id, person.trim(), purpose.trim()).then(() => true))) === undefined) return
    const then = wanted
    forgo()
    await then?.()
  }

  function forgo() {
    asking.value = null
    wanted = null
  }

  async function findClosest(id = chosen.value) {
    if (!id || seeking.value) return
    seeking.value = true
    try {
      await ipc.findClosestVoice(id)
    } catch (thrown) {
      refused(thrown, id, () => findClosest(id))
    } finally {
      seeking.value = false
    }
  }

  async function exportTo(each: Profile, filter: FileFilter) {
    const path = await toasts.attempt(ipc.pickSavePath(`${each.name}.son1kvoice`, filter))
    if (!path || (await toasts.attempt(ipc.exportProfile(each.id, path).then(() => true))) === undefined) return undefined
    return path
  }

  let recorderState: RecorderState = 'closed'
  /** A take belongs to the profile that is open where it begins; one that begins in another room to none. */
  function followTake(state: RecorderState) {
    if (state === 'recording' && recorderState !== 'recording') recordedFor.value = useRecorder().place === 'voice' ? chosen.value : null
    recorderState = state
  }

  /** A take that was recorded here becomes a sample of the profile it was begun for. */
  async function taken({ sound }: RecordedTake) {
    const id = recordedFor.value
    recordedFor.value = null
    if (id && sound && list.value?.some((each) => each.id === id)) await add(id, [{ kind: 'sound', value: sound }])
  }

  return {
    list, problem, chosen, scripts, adding, working, seeking, heard, naming, asking, asked, recordedFor, found, profile, lackingToListen, lackingToMatch,
    put, load, readScript, addFiles, create, play, needConsent, consent, forgo, findClosest, exportTo, followTake, taken,
    change: (id: ProfileId, change: ProfileChange) => toasts.attempt(ipc.changeProfile(id, change)),
    remove: (id: ProfileId) => toasts.attempt(ipc.deleteProfile(id)),
    removeSample: (id: ProfileId, sample: SampleId) => toasts.attempt(ipc.removeSample(id, sample)),
    clean: (sample: SampleId) => work(sample, () => ipc.cleanSample(chosen.value!, sample)),
    restore: (sample: SampleId) => work(sample, () => ipc.restoreSample(chosen.value!, sample)),
    withdraw: (id: ProfileId) => toasts.attempt(ipc.withdrawConsent(id)),
    name: () => { naming.value = { files: [] } },
    chooseFiles: async (filter: FileFilter) => addFiles((await toasts.attempt(ipc.pickFiles(filter))) ?? []),
    chooseParcel: async (filter: FileFilter) => {
      const path = await toasts.attempt(ipc.pickFile(filter))
      if (path) await take(path)
    },
    /** The consent that a voice lacks is asked for where it was wanted; answers whether the voice is that of a profile. */
    needVoice: (voice: string, then: () => unknown) => {
      const id = profileOf(voice)
      if (id) needConsent(id, then)
      return id !== null
    },
    voiceOf: (id: ProfileId) => voiceIdOf({ id }),
  }
})
