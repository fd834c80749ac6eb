import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Approach, Conversion, ConversionPreset, ConverterId, LibrarySound, PresetConversion, Problem, ProfileId, SoundId, SoundsMade, Toward } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { usePlayback } from './playback'
import { useProfiles } from './profiles'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

/** A voice that was changed: what it was made of, what it became, and how near it came to the one that it was turned toward. */
export type Changed = { source: SoundId; original: LibrarySound | null; row: LibrarySound; approach: Approach | null }

/** A cleaning tells what it found, and a split makes two: one sound without a report is a changed voice. */
export const isChanged = ({ made, report }: SoundsMade) => made.length === 1 && report === null

/** Voices changed: what is done to them, and what came of it. */
export const useModulation = defineStore('modulation', () => {
  const toasts = useToasts()
  const shelf = useShelf()
  const playback = usePlayback()
  const presets = shallowRef<PresetConversion[] | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const choice = ref<ConversionPreset | null>(null)
  const conversion = shallowRef<Conversion | null>(null)
  /** Whose voice it is turned toward; then no preset counts. */
  const toward = shallowRef<Toward | null>(null)
  const sending = ref(false)
  const trying = ref(false)
  /** The queue that a preview put under the playhead; its sides are nowhere in the library, so nothing else tells it apart. */
  const tried = ref<string | null>(null)
  let awaited = false
  const made = shallowRef<Changed[]>([])
  const latest = shallowRef<Changed | null>(null)

  const queued = computed(() => (playback.queue?.compared ? JSON.stringify(playback.queue.entries) : null))
  /** Whether what is compared is the sound that was last tried, as it is and as it would be. */
  const against = computed(() => queued.value !== null && queued.value === tried.value)
  watch(queued, (next) => {
    if (next === null || !(trying.value || awaited)) return
    tried.value = next
    awaited = false
  }, { flush: 'sync' })
  const preset = computed(() => presets.value?.find((each) => each.preset === choice.value) ?? null)
  const altered = computed(() => preset.value !== null && JSON.stringify(preset.value.conversion) !== JSON.stringify(conversion.value))

  const ready = computed(() => toward.value !== null || conversion.value !== null)

  function choose(next: ConversionPreset) {
    toward.value = null
    choice.value = next
    if (preset.value) conversion.value = structuredClone(preset.value.conversion)
  }

  async function load() {
    problem.value = null
    try {
      presets.value = await ipc.listPresets()
      const [first] = presets.value
      if (!preset.value && first) choose(first.preset)
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    }
  }

  /** What is wanted of somebody else's voice is done once they have consented. */
  function refused(thrown: unknown, again: () => unknown) {
    const refusal = AppError.from(thrown)
    if (refusal.code === 'consent_missing' && toward.value) return useProfiles().needConsent(toward.value.profile, again)
    if (refusal.code === 'model_missing') void shelf.load()
    if (refusal.code !== 'cancelled') toasts.showProblem(refusal)
  }

  /** Makes a new sound of one; what comes of it is told by an event. */
  async function render(sound: SoundId) {
    if (!ready.value || sending.value) return
    sending.value = true
    try {
      await (toward.value ? ipc.modulateToward(sound, toward.value) : ipc.modulateSound(sound, conversion.value!))
    } catch (thrown) {
      refused(thrown, () => render(sound))
    } finally {
      sending.value = false
    }
  }

  /** Lets some seconds be heard, against the sound as it is. */
  async function preview(sound: SoundId) {
    if (!ready.value || trying.value) return
    trying.value = true
    try {
      await (toward.value ? ipc.previewToward(sound, toward.value) : ipc.previewModulation(sound, conversion.value!))
      // The queue may be told of after the command has answered.
      awaited = !against.value
    } catch (thrown) {
      refused(thrown, () => preview(sound))
    } finally {
      trying.value = false
    }
  }

  async function finish({ source, made: [id], approach }: SoundsMade) {
    const [original, row] = await Promise.all([source, id!].map((each) => ipc.getSound(each).catch(() => null)))
    if (!row) return
    latest.value = { source, original: original ?? null, row, approach }
    made.value = [latest.value, ...made.value.filter((each) => each.row.id !== row.id)]
  }

  function putSound(row: LibrarySound) {
    if (made.value.some((each) => each.row.id === row.id)) made.value = made.value.map((each) => (each.row.id === row.id ? { ...each, row } : each))
  }

  return {
    presets, problem, choice, conversion, toward, ready, sending, trying, against, made, latest, preset, altered, choose, load, render, preview, finish, putSound,
    change: (part: Partial<Conversion>) => { if (conversion.value) conversion.value = { ...conversion.value, ...part } },
    /** The same voice again is let go: then the preset counts. */
    aim: (profile: ProfileId | null) => { toward.value = profile && profile !== toward.value?.profile ? { profile, converter: toward.value?.converter ?? null } : null },
    turnWith: (converter: ConverterId | null) => { if (toward.value) toward.value = { ...toward.value, converter } },
    /** A converter that is gone gives way to the closest match. */
    keepTo: (known: ConverterId[]) => { if (toward.value?.converter && !known.includes(toward.value.converter)) toward.value = { ...toward.value, converter: null } },
    restore: () => { if (choice.value) choose(choice.value) },
  }
})
