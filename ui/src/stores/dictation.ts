import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { countWords } from '@/composables/transcript'
import type { Dictation, Language, Problem } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useShelf } from './shelf'
import { useToasts } from './toasts'
import { useVoiceSource } from './voiceSource'

const OFF: Dictation = { state: 'off', lines: [], language: null, sound: null, problem: null }

/** What is said into the microphone, written down phrase by phrase. */
export const useDictation = defineStore('dictation', () => {
  const toasts = useToasts()
  const shelf = useShelf()
  const source = useVoiceSource()
  const now = shallowRef<Dictation>(OFF)
  const failure = shallowRef<Problem | null>(null)
  const starting = ref(false)

  const running = computed(() => now.value.state !== 'off')
  const problem = computed(() => failure.value ?? now.value.problem)
  const words = computed(() => countWords(now.value.lines).words)

  /** The sound of a dictation that is over becomes the one that is worked on, with its words. */
  async function put(next: Dictation) {
    const ended = now.value.state !== 'off' && next.state === 'off'
    now.value = next
    if (ended && next.sound) await source.chooseById(next.sound)
  }

  async function start(language: Language | null) {
    if (starting.value || running.value) return
    starting.value = true
    failure.value = null
    try {
      await ipc.startDictation(null, language)
    } catch (thrown) {
      const refusal = AppError.from(thrown)
      if (refusal.code === 'model_missing') void shelf.load()
      failure.value = refusal
    } finally {
      starting.value = false
    }
  }

  async function stop() {
    if (now.value.state === 'listening') await toasts.attempt(ipc.stopDictation())
  }

  return {
    now, running, problem, starting, words, put, start, stop,
    toggle: (language: Language | null) => (running.value ? stop() : start(language)),
    load: async () => { now.value = await ipc.getDictation().catch(() => OFF) },
    forgive: () => { failure.value = null; now.value = { ...now.value, problem: null } },
  }
})
