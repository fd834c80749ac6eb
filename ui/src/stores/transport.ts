import { defineStore } from 'pinia'
import { computed } from 'vue'
import { usePicked } from './picked'
import { usePlayback } from './playback'
import { useProject } from './project'
import { useSession } from './session'
import { useStage } from './stage'

/** What play means in the room that is open: each room has something of its own to be heard. */
export const useTransport = defineStore('transport', () => {
  const playback = usePlayback()
  const project = useProject()
  const session = useSession()
  const picked = usePicked()
  const stage = useStage()

  /** The song of Ghost Studio, when something else is under the playhead. */
  const song = computed(() => (session.room === 'ghost' && playback.queue ? (project.open?.current ?? null) : null))
  /** The sound on the stage, when no queue is under the playhead. */
  const staged = computed(() => (session.room === 'audio' && !playback.queue && !playback.playing ? (stage.sound ?? picked.sound) : null))
  const ready = computed(() => playback.loaded || song.value !== null || staged.value !== null)

  async function playSong(take: string) {
    if (await playback.loadTake(take)) await playback.play()
  }

  async function playPause() {
    if (song.value) return playSong(song.value)
    if (staged.value) {
      if (await playback.playSounds([staged.value.id], 0)) await stage.follow()
      return
    }
    await playback.toggle()
  }

  /** Goes to a moment of the song, which may have to come under the playhead first. */
  async function seekSong(seconds: number) {
    if (song.value && !(await playback.loadTake(song.value))) return
    await playback.seek(seconds)
  }

  return { ready, playPause, seekSong }
})
