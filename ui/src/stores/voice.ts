import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, toRaw, watch } from 'vue'
import { addPart, blendedVoice, blendId, blendOf } from '@/composables/blend'
import { INSTANT, profileOf } from '@/composables/profiles'
import { isRemote } from '@/composables/remote'
import { charactersIn, passes, readingTime, sampleOf, tooLong, type VoiceFilter, wholeEntries } from '@/composables/speech'
import { type BlendPart, type LibrarySound, type Model, type Problem, type Pronunciation, SPEECH_LIMITS, type SpeechMade, type SpeechRequest, type Voice, VOICE_SETTINGS, type VoiceId } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { i18n } from '@/locales'
import { usePlayback } from './playback'
import { useProfiles } from './profiles'
import { useRemote } from './remote'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

export type VoiceMode = 'speak' | 'listen' | 'modulate' | 'own'
export const VOICE_MODES: readonly VoiceMode[] = ['speak', 'listen', 'modulate', 'own']

/** The entries of the shelf that each mode works with, beside the runtime library. */
const NEEDS: Record<VoiceMode, readonly string[]> = { speak: ['kokoro', 'kokoro-voices'], listen: ['silero-vad', 'whisper-base'], modulate: ['swift-f0'], own: ['silero-vad', 'resemblyzer', 'deepfilternet3'] }
/** Spanish is read by rules; English is spelled so that it takes a lexicon. */
const ENGLISH = 'english'
/** The closest voice of a profile is matched while it speaks. */
const MATCHED = 'swift-f0'
const USUAL_LOUDNESS = -16
/** A preview that is not heard by then was over before it was seen. */
const SEEN_MS = 1500

/** What was spoken, with its sound. */
export type Spoken = SpeechMade & { row: LibrarySound }
/** What is being tried: a voice with its own words, or the text. */
export type Trial = { of: VoiceId | 'text'; state: 'coming' | 'heard' }

/** Clone Station: the mode that is open, the voices, and what is to be spoken. */
export const useVoice = defineStore('voice', () => {
  const toasts = useToasts()
  const shelf = useShelf()
  const remote = useRemote()
  const playback = usePlayback()
  const mode = ref<VoiceMode>('speak')
  const voices = shallowRef<Voice[] | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const filter = ref<VoiceFilter>({ text: '', language: null, gender: null })

  const text = ref('')
  const chosen = ref<VoiceId | null>(null)
  /** Stock voices that are blended; empty until somebody begins to. */
  const blend = shallowRef<BlendPart[]>([])
  const settings = reactive({ ...VOICE_SETTINGS })
  const manner = reactive({ speed: 1, pauses: 1, loudness: USUAL_LOUDNESS as number | null })
  const dictionary = ref<Pronunciation[]>([])
  const sending = ref(false)
  const trial = ref<Trial | null>(null)
  const spoken = shallowRef<Spoken[]>([])

  const stock = computed(() => (voices.value ?? []).filter(({ id }) => id !== INSTANT && profileOf(id) === null && !isRemote(id)))
  const blended = computed(() => (blend.value.length > 1 ? blendedVoice(blendId(blend.value), stock.value) : null))
  const voice = computed(() => voices.value?.find(({ id }) => id === chosen.value) ?? (chosen.value ? blendedVoice(chosen.value, stock.value) : null))
  const own = computed(() => (i18n.global.locale.value === 'es' ? 'es' : 'en'))
  /** The voices that are looked for, those of the studio's language first. */
  const found = computed(() => {
    const rest = (voices.value ?? []).filter((each) => passes(each, filter.value))
    return [...rest.filter(({ language }) => language === own.value), ...rest.filter(({ language }) => language !== own.value)]
  })
  const characters = computed(() => charactersIn(text.value))
  const overlong = computed(() => tooLong(characters.value))
  const empty = computed(() => text.value.trim() === '')
  const seconds = computed(() => readingTime(characters.value, manner.speed, manner.pauses))
  const delivered = computed(() => JSON.stringify(settings) === JSON.stringify(VOICE_SETTINGS) && manner.speed === 1 && manner.pauses === 1 && manner.loudness === USUAL_LOUDNESS)

  /** What a mode needs and what is not here yet; an empty list also while the shelf is not known. */
  function lacking(of: VoiceMode): Model[] {
    const speaks = of === 'speak'
    // What speaks elsewhere needs nothing here.
    if (speaks && isRemote(chosen.value)) return []
    const needs = speaks && chosen.value === INSTANT ? [INSTANT] : NEEDS[of]
    return shelf.lacking([...needs, ...(speaks && voice.value?.language !== 'es' ? [ENGLISH] : []), ...(speaks && profileOf(chosen.value ?? '') ? [MATCHED] : [])])
  }
  const blocked = computed(() => empty.value || overlong.value || sending.value || remote.pricing || chosen.value === null || lacking('speak').length > 0)

  /** What would be heard next, as JSON; nothing where that costs something, or while something is heard. */
  const next = computed(() => (blocked.value || !chosen.value || isRemote(chosen.value) || trial.value || playback.playing ? null : JSON.stringify(request(text.value, chosen.value))))

  /** The first voice of the language that the studio speaks, until the person chooses. */
  function suggest() {
    if (voice.value || !voices.value) return
    chosen.value = (voices.value.find(({ language }) => language === own.value) ?? voices.value[0])?.id ?? null
  }

  function put(next: Voice[]) {
    voices.value = next
    suggest()
  }

  async function load() {
    problem.value = null
    try {
      put(await ipc.listVoices())
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    }
  }

  const request = (words: string, by: VoiceId): SpeechRequest => ({ text: words, voice: by, settings: { ...toRaw(settings) }, ...toRaw(manner), dictionary: wholeEntries(dictionary.value) })

  let preparing = false
  let again = false
  /** Lets the beginning be spoken before anybody asks for it: it is heard at once then. */
  async function prepare() {
    again = preparing
    if (preparing) return
    preparing = true
    do {
      again = false
      // Nobody asked: what is wrong is told when somebody does.
      if (next.value) await ipc.prepareVoice(JSON.parse(next.value) as SpeechRequest).catch(() => undefined)
    } while (again)
    preparing = false
  }

  /** What is wanted of somebody else's voice is done once they have consented. */
  function refused(thrown: unknown, by: VoiceId, again: () => unknown) {
    const refusal = AppError.from(thrown)
    if (refusal.code === 'consent_missing' && useProfiles().needVoice(by, again)) return
    if (refusal.code === 'model_missing') void shelf.load()
    if (refusal.code !== 'cancelled') toasts.showProblem(refusal)
  }

  async function send(order: SpeechRequest) {
    sending.value = true
    try {
      return await ipc.speak(order)
    } catch (thrown) {
      refused(thrown, order.voice, speak)
      return undefined
    } finally {
      sending.value = false
    }
  }

  /** Speaks the text into the library; what comes of it is told by an event. */
  async function speak() {
    if (blocked.value || !chosen.value) return undefined
    const order = request(text.value, chosen.value)
    return remote.agree(order, () => send(order))
  }

  function unlessSeen(mine: Trial) {
    setTimeout(() => { if (trial.value?.of === mine.of && !playback.playing) trial.value = null }, SEEN_MS)
  }

  async function hear(of: Trial['of'], by: VoiceId, call: () => Promise<unknown>) {
    const mine: Trial = { of, state: 'coming' }
    trial.value = mine
    useProfiles().heard = null
    try {
      await call()
      if (trial.value?.of !== of) return
      trial.value = { of, state: 'heard' }
      unlessSeen(mine)
    } catch (thrown) {
      refused(thrown, by, () => hear(of, by, call))
      if (trial.value?.of === of) trial.value = null
    }
  }

  async function endTrial() {
    trial.value = null
    await playback.stop()
  }

  /** Lets a voice introduce itself, with the settings as they are; pressed again it is quiet. One that costs has a sample. */
  function tryVoice({ id, ...each }: Voice) {
    if (trial.value?.of === id) return endTrial()
    return hear(id, id, () => (isRemote(id) ? ipc.hearVoiceSample(id) : ipc.previewVoice(request(sampleOf(each), id))))
  }

  /** Lets a passage of the text be heard, or all of it, without keeping anything. */
  function tryText(passage = '') {
    if (trial.value?.of === 'text') return endTrial()
    if (!chosen.value || (empty.value && passage.trim() === '')) return undefined
    const order = request(passage.trim() || text.value, chosen.value)
    return remote.agree(order, () => hear('text', order.voice, () => ipc.previewVoice(order)))
  }

  /** The blend follows the hand; what speaks is the blend from then on. */
  function setBlend(parts: BlendPart[]) {
    const [before, [first]] = [blended.value?.id, blend.value]
    blend.value = parts
    if (blended.value && (chosen.value === before || before === undefined)) chosen.value = blended.value.id
    // Without the blend, the voice that it began with goes on.
    if (!blended.value && chosen.value && blendOf(chosen.value)) chosen.value = first?.voice ?? null
  }

  /** Begins with the voice that is chosen, or the first, and another of its language. */
  function beginBlend() {
    const first = stock.value.find(({ id }) => id === chosen.value) ?? stock.value.find(({ language }) => language === own.value) ?? stock.value[0]
    if (first) setBlend(addPart([{ voice: first.id, weight: 1 }], stock.value))
  }

  async function readFile(path: string) {
    const words = await toasts.attempt(ipc.readLyricsFile(path))
    if (words !== undefined) text.value = words
  }

  async function finish(made: SpeechMade) {
    const row = await ipc.getSound(made.sound).catch(() => null)
    if (row) spoken.value = [{ ...made, row }, ...spoken.value.filter(({ sound }) => sound !== made.sound)]
  }

  /** The new state of a sound: what was spoken may have been renamed, or be gone. */
  function putSound(row: LibrarySound) {
    if (spoken.value.some(({ sound }) => sound === row.id)) spoken.value = spoken.value.map((each) => (each.sound === row.id ? { ...each, row } : each))
  }

  // Models came or went: other voices can speak now.
  watch(() => (shelf.shelf?.models ?? []).filter(({ state }) => ['ready', 'loaded'].includes(state.state)).map(({ id }) => id).join(), () => { if (voices.value) void load() })
  // Voices of ElevenLabs read neither as fast nor as slowly as those of the studio.
  watch(chosen, (id) => {
    const { min, max } = SPEECH_LIMITS.remoteSpeed
    if (isRemote(id)) manner.speed = Math.min(max, Math.max(min, manner.speed))
  })
  watch(() => playback.playing, (playing) => { if (!playing && trial.value?.state === 'heard') trial.value = null })

  return {
    mode, voices, problem, filter, text, chosen, settings, manner, dictionary, sending, trial, spoken, stock, blend, blended, voice, found, characters, overlong, empty, seconds, delivered, blocked, next,
    speeds: computed(() => (isRemote(chosen.value) ? { ...SPEECH_LIMITS.speed, ...SPEECH_LIMITS.remoteSpeed } : SPEECH_LIMITS.speed)),
    load, lacking, prepare, setBlend, beginBlend, speak, tryVoice, tryText, endTrial, finish, putSound,
    narrow: (part: Partial<VoiceFilter>) => { filter.value = { ...filter.value, ...part } },
    choose: (id: VoiceId) => { chosen.value = id },
    /** Other voices can speak now: a profile got its closest voice, or lost it. */
    renew: () => { if (voices.value) void load() },
    put: (next: Voice[]) => { if (voices.value) put(next) },
    restore: () => { Object.assign(settings, VOICE_SETTINGS); Object.assign(manner, { speed: 1, pauses: 1, loudness: USUAL_LOUDNESS }) },
    readFile,
    chooseText: async (label: string) => {
      const path = await toasts.attempt(ipc.pickFile({ name: label, extensions: ['txt', 'md'] }))
      if (path) await readFile(path)
    },
    fetch: (id: string) => shelf.fetch(id),
  }
})
