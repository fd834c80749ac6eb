import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Conversion, ConversionPreset, LibrarySound, PresetConversion, Problem, SoundId, SoundsMade } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { usePlayback } from './playback'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

/** A voice that was changed: what it was made of, and what it became. */
export type Changed = { source: SoundId; original: LibrarySound | null; row: LibrarySound }

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

  function choose(next: ConversionPreset) {
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

  function refused(thrown: unknown) {
    const refusal = AppError.from(thrown)
    if (refusal.code === 'model_missing') void shelf.load()
    if (refusal.code !== 'cancelled') toasts.showProblem(refusal)
  }

  /** Makes a new sound of one; what comes of it is told by an event. */
  async function render(sound: SoundId) {
    if (!conversion.value || sending.value) return
    sending.value = true
    try {
      await ipc.modulateSound(sound, conversion.value)
    } catch (thrown) {
      refused(thrown)
    } finally {
      sending.value = false
    }
  }

  /** Lets some seconds be heard, against the sound as it is. */
  async function preview(sound: SoundId) {
    if (!conversion.value || trying.value) return
    trying.value = true
    try {
      await ipc.previewModulation(sound, conversion.value)
      // The queue may be told of after the command has answered.
      awaited = !against.value
    } catch (thrown) {
      refused(thrown)
    } finally {
      trying.value = false
    }
  }

  async function finish({ source, made: [id] }: SoundsMade) {
    const [original, row] = await Promise.all([source, id!].map((each) => ipc.getSound(each).catch(() => null)))
    if (!row) return
    latest.value = { source, original: original ?? null, row }
    made.value = [latest.value, ...made.value.filter((each) => each.row.id !== row.id)]
  }

  function putSound(row: LibrarySound) {
    if (made.value.some((each) => each.row.id === row.id)) made.value = made.value.map((each) => (each.row.id === row.id ? { ...each, row } : each))
  }

  return {
    presets, problem, choice, conversion, sending, trying, against, made, latest, preset, altered, choose, load, render, preview, finish, putSound,
    change: (part: Partial<Conversion>) => { if (conversion.value) conversion.value = { ...conversion.value, ...part } },
    restore: () => { if (choice.value) choose(choice.value) },
  }
})
