import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Problem } from '@/domain'
import { AppError, ipc, type Drag } from '@/ipc'
import { listen } from './events'
import { useIdea } from './idea'
import { useJobs } from './jobs'
import { useMerge } from './merge'
import { usePlayback } from './playback'
import { useProject } from './project'
import { useSettings } from './settings'
import { useShelf } from './shelf'
import { useTimeline } from './timeline'

export type RoomId = 'ghost' | 'voice' | 'audio' | 'history' | 'settings'
export const ROOMS: readonly RoomId[] = ['ghost', 'voice', 'audio', 'history', 'settings']
export type SettingsPart = 'general' | 'library' | 'models' | 'shortcuts' | 'check' | 'about'

/** The page as a whole: which room is open, and how it starts. */
export const useSession = defineStore('session', () => {
  const room = ref<RoomId>('ghost')
  const settingsPart = ref<SettingsPart>('general')
  const ready = ref(false)
  const problem = ref<Problem | null>(null)
  const jobsOpen = ref(false)
  const queueOpen = ref(false)
  const helpOpen = ref(false)

  function nextRoom() {
    room.value = ROOMS[(ROOMS.indexOf(room.value) + 1) % ROOMS.length] ?? 'ghost'
  }

  function openSettings(part: SettingsPart) {
    settingsPart.value = part
    room.value = 'settings'
  }

  async function start() {
    problem.value = null
    try {
      await listen()
      await useSettings().load()
      await Promise.all([useProject().load(), useJobs().load(), useIdea().load(), usePlayback().load(), useShelf().load()])
      ready.value = true
      // The store of versions may be slow to open; nothing else waits for it.
      void useTimeline().load()
      void useMerge().load()
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    }
  }

  const watchDrags = (tell: (drag: Drag) => void) => ipc.onDrag(tell)

  return { room, settingsPart, ready, problem, jobsOpen, queueOpen, helpOpen, nextRoom, openSettings, start, watchDrags }
})
