import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import type { Cleaning, LibrarySound, Model, ModelTask, SoundId, SoundsMade } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

/** What can be done to a sound that makes something new of it. */
export type Tool = 'clean' | 'split' | 'notes'

const MODELS: Record<Tool, ModelTask> = { clean: 'denoising', split: 'splitting', notes: 'transcription' }

export const noCleaning = (): Cleaning => ({ declick: false, hum: null, denoise: null, trim: false, fade_in: 0, fade_out: 0 })
export const doesNothing = (cleaning: Cleaning) => JSON.stringify(cleaning) === JSON.stringify(noCleaning())

/** What came of a cleaning or a split, with the sounds themselves. */
export type Made = SoundsMade & { original: LibrarySound | null; sounds: LibrarySound[] }

/** Sounds cleaned, taken apart and written down: what is asked for, and what came of it. */
export const useCleaning = defineStore('cleaning', () => {
  const toasts = useToasts()
  const shelf = useShelf()
  /** The tool whose dialog is open, and the sounds it is for. */
  const tool = ref<Tool | null>(null)
  const sounds = shallowRef<LibrarySound[]>([])
  const wish = ref<Cleaning>({ ...noCleaning(), declick: true, denoise: 0.6 })
  const starting = ref(false)
  const made = shallowRef<Made | null>(null)
  const names = reactive<Record<SoundId, string>>({})
  const asked = new Set<SoundId>()

  /** What a tool needs and what is not here yet: the runtime library and its model. */
  const lacking = (which: Tool): Model[] =>
    (shelf.shelf?.models ?? []).filter((model) => [MODELS[which], 'runtime'].includes(model.task) && !['ready', 'loaded'].includes(model.state.state))

  const needed = computed<Model[]>(() => {
    if (!tool.value || (tool.value === 'clean' && wish.value.denoise === null)) return []
    return lacking(tool.value)
  })

  const remember = (sound: LibrarySound) => { names[sound.id] = sound.tags.title || sound.name }

  /** How a sound is called, for a job that knows only its id. */
  function nameOf(id: SoundId): string | undefined {
    if (!names[id] && !asked.has(id)) {
      asked.add(id)
      ipc.getSound(id).then(remember, () => undefined)
    }
    return names[id]
  }

  const CALLS = {
    clean: (sound: SoundId) => ipc.cleanSound(sound, { ...wish.value }),
    split: (sound: SoundId) => ipc.splitSound(sound),
    notes: (sound: SoundId) => ipc.hearNotes(sound),
  }

  /** Starts one job for each sound, and says whether all could be started. */
  async function begin(which: Tool, those: LibrarySound[]): Promise<boolean> {
    starting.value = true
    try {
      for (const sound of those) {
        remember(sound)
        await CALLS[which](sound.id)
      }
      return true
    } catch (thrown) {
      const problem = AppError.from(thrown)
      if (problem.code === 'model_missing') void shelf.load()
      toasts.showProblem(problem)
      return false
    } finally {
      starting.value = false
    }
  }

  function open(which: Tool, those: LibrarySound[]) {
    sounds.value = those.filter(({ state }) => state === 'present')
    tool.value = sounds.value.length > 0 ? which : null
  }

  async function start(): Promise<boolean> {
    const done = tool.value !== null && (await begin(tool.value, sounds.value))
    if (done) tool.value = null
    return done
  }

  async function finish(next: SoundsMade) {
    const find = (id: SoundId) => ipc.getSound(id).catch(() => null)
    const [original, ...results] = await Promise.all([next.source, ...next.made].map(find))
    made.value = { ...next, original: original ?? null, sounds: results.filter((sound) => sound !== null && sound !== undefined) }
  }

  return {
    tool, sounds, wish, starting, made, needed, lacking, nameOf, begin, open, start, finish,
    close: () => { tool.value = null },
    change: (part: Partial<Cleaning>) => { wish.value = { ...wish.value, ...part } },
    fetch: (id: string) => shelf.fetch(id),
  }
})
