import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Problem, SoundId, Verification } from '@/domain'
import { AppError, ipc } from '@/ipc'

/** What is known of the origin of a sound: nothing before it was looked for. */
export type Origin = { found: Verification | null; problem: Problem | null; looking: boolean }
const UNKNOWN: Origin = { found: null, problem: null, looking: false }

/** What says that a sound is synthetic, looked for in one sound at a time. */
export const useMarks = defineStore('marks', () => {
  const of = ref<SoundId | null>(null)
  const origin = shallowRef<Origin>(UNKNOWN)
  const about = computed(() => (sound: SoundId) => (sound === of.value ? origin.value : UNKNOWN))

  async function look(sound: SoundId) {
    of.value = sound
    origin.value = { ...UNKNOWN, looking: true }
    const tell = (next: Partial<Origin>) => {
      if (of.value === sound) origin.value = { ...UNKNOWN, ...next }
    }
    try {
      tell({ found: await ipc.verifySound(sound) })
    } catch (thrown) {
      tell({ problem: AppError.from(thrown) })
    }
  }

  return { about, look }
})
