import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { LibrarySound } from '@/domain'
import { ipc } from '@/ipc'
import { useToasts } from './toasts'

/** A voice on its way into the song: which one, once somebody asks where it is to start. */
export const usePlacing = defineStore('placing', () => {
  const toasts = useToasts()
  const sound = shallowRef<LibrarySound | null>(null)
  const sending = ref(false)

  /** Puts it on a track of its own that starts `at` seconds into the song. A refusal is told, and leaves the question open. */
  async function put(at: number) {
    if (!sound.value || sending.value) return
    sending.value = true
    const job = await toasts.attempt(ipc.putOnTrack(sound.value.id, at))
    sending.value = false
    if (job !== undefined) sound.value = null
  }

  return { sound, sending, put }
})
