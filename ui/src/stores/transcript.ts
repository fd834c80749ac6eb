import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { countWords, joinLines, mendLine, type Place, splitLine, writeLine } from '@/composables/transcript'
import type { HeardLine, Language, Problem, SoundId, Transcript, TranscriptFormat } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

const STEPS_KEPT = 200

/** Every line has words to be clicked, also where only its text is known. */
const complete = (transcript: Transcript): Transcript => ({ ...transcript, lines: transcript.lines.map((line) => (line.words.length > 0 ? line : mendLine(line, line.text))) })

/** What is said in a sound, under the hands of whoever mends it. Each change is kept at once, and can be taken back. */
export const useTranscript = defineStore('transcript', () => {
  const toasts = useToasts()
  const shelf = useShelf()
  const of = ref<SoundId | null>(null)
  const transcript = shallowRef<Transcript | null>(null)
  const loading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  /** What is spoken; `null` lets the listener decide. */
  const language = ref<Language | null>(null)
  const sending = ref(false)
  /** Whether the person is asked before what they mended is heard anew. */
  const asking = ref(false)
  const heard = shallowRef<Transcript | null>(null)
  const past = shallowRef<HeardLine[][]>([])
  const future = shallowRef<HeardLine[][]>([])
  let saves = 0

  const lines = computed(() => transcript.value?.lines ?? [])
  const counts = computed(() => countWords(lines.value))

  function show(next: Transcript | null) {
    transcript.value = next && complete(next)
    past.value = []
    future.value = []
  }

  async function open(sound: SoundId | null) {
    if (sound === of.value && !problem.value) return
    of.value = sound
    problem.value = null
    asking.value = false
    show(null)
    if (sound === null) return
    loading.value = true
    try {
      const found = await ipc.getTranscript(sound)
      if (of.value === sound) show(found)
    } catch (thrown) {
      if (of.value === sound) problem.value = AppError.from(thrown)
    } finally {
      if (of.value === sound) loading.value = false
    }
  }

  async function begin() {
    const sound = of.value
    asking.value = false
    if (!sound || sending.value) return
    sending.value = true
    try {
      await ipc.hearSpeech(sound, language.value)
    } catch (thrown) {
      const refusal = AppError.from(thrown)
      if (refusal.code === 'model_missing') void shelf.load()
      toasts.showProblem(refusal)
    } finally {
      sending.value = false
    }
  }

  /** Listens to the sound; what somebody has mended is not replaced without being asked for. */
  function hear() {
    if (transcript.value?.edited) asking.value = true
    else return begin()
    return undefined
  }

  /** What was heard, or what was just kept and comes back. */
  function finish(next: Transcript) {
    if (!next.edited) heard.value = next
    // While changes are on their way, what comes back is older than what is on screen.
    if (next.sound !== of.value || (next.edited && saves > 0)) return
    if (next.edited && JSON.stringify(next.lines) === JSON.stringify(lines.value)) transcript.value = { ...next, lines: lines.value }
    else show(next)
  }

  async function keep(next: HeardLine[]) {
    const now = transcript.value
    if (!now) return
    transcript.value = { ...now, lines: next, edited: true }
    saves += 1
    await toasts.attempt(ipc.setTranscript(transcript.value))
    saves -= 1
  }

  function change(next: HeardLine[]) {
    if (JSON.stringify(next) === JSON.stringify(lines.value)) return undefined
    past.value = [...past.value.slice(1 - STEPS_KEPT), lines.value]
    future.value = []
    return keep(next)
  }

  function travel(from: typeof past, to: typeof past) {
    const next = from.value.at(-1)
    if (!next) return undefined
    from.value = from.value.slice(0, -1)
    to.value = [...to.value, lines.value]
    return keep(next)
  }

  /** Writes the transcript as a file; answers its path. */
  async function exportAs(format: TranscriptFormat, name: string, label: string): Promise<string | null> {
    const sound = of.value
    if (!sound) return null
    const path = await toasts.attempt(ipc.pickSavePath(`${name}.${format}`, { name: label, extensions: [format] }))
    if (!path) return null
    return (await toasts.attempt(ipc.exportTranscript(sound, format, path).then(() => true))) ? path : null
  }

  return {
    of, transcript, loading, problem, language, sending, asking, heard, past, future, lines, counts, open, begin, hear, finish, exportAs,
    reload: () => open(of.value),
    write: (line: number, text: string) => change(writeLine(lines.value, line, text)),
    split: (place: Place) => change(splitLine(lines.value, place)),
    join: (line: number) => change(joinLines(lines.value, line)),
    undo: () => travel(past, future),
    redo: () => travel(future, past),
  }
})
