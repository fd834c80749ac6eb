import { defineStore } from 'pinia'
import { computed } from 'vue'
import { usePicked } from './picked'
import { usePlayback } from './playback'
import { useProject } from './project'
import { useSession } from './session'
import { useStage } from './stage'
import { useTimeline } from './timeline'
import { useVoice } from './voice'
import { useVoiceSource } from './voiceSource'

/** What play means in the room that is open: each room has something of its own to be heard. */
export const useTransport = defineStore('transport', () => {
  const playback = usePlayback()
  const project = useProject()
  const session = useSession()
  const picked = usePicked()
  const stage = useStage()
  const timeline = useTimeline()
  const voice = useVoice()
  const source = useVoiceSource()

  /** The song of Ghost Studio, when something else is under the playhead. */
  const song = computed(() => (session.room === 'ghost' && playback.queue ? (project.open?.current ?? null) : null))
  /** The sound on the stage, when no queue is under the playhead. */
  const staged = computed(() => (session.room === 'audio' && !playback.queue && !playback.playing ? (stage.sound ?? picked.sound) : null))
  /** The version that is picked in the timeline, when nothing is under the playhead. */
  const past = computed(() => (session.room === 'history' && playback.now.state === 'empty' ? timeline.version : null))
  /** The sound that Clone Station listens to or changes, while no queue is under the playhead. */
  const voiced = computed(() => (session.room === 'voice' && (voice.mode === 'listen' || voice.mode === 'modulate') && !playback.queue && !playback.playing ? source.sound : null))
  const ready = computed(() => voiced.value !== null || playback.loaded || song.value !== null || staged.value !== null || past.value !== null)
  /** What play would begin with, when that is not what is under the playhead; nothing while something is heard. */
  const upcoming = computed(() => {
    if (playback.playing) return null
    if (song.value) return { name: project.open?.takes.find(({ id }) => id === song.value)?.title ?? '', duration: project.current?.measured.duration ?? 0 }
    if (past.value) return { name: past.value.message, duration: timeline.waves.get(past.value.id)?.duration ?? 0 }
    const sound = staged.value ?? voiced.value
    return sound && { name: sound.tags.title || sound.name, duration: sound.facts.duration ?? 0 }
  })

  async function playSong(take: string) {
    if (await playback.loadTake(take)) await playback.play()
  }

  /** The key: in Ghost Studio it is the song that is wanted, even while sounds of the library play. */
  async function playPause() {
    if (song.value) return playSong(song.value)
    if (staged.value) {
      if (await playback.playSounds([staged.value.id], 0)) await stage.follow()
      return
    }
    if (voiced.value) return void (await playback.playSounds([voiced.value.id], 0))
    if (past.value) return void (await timeline.play(past.value.id))
    await playback.toggle()
  }

  /** The button: while it shows a pause, it pauses. */
  const press = () => (playback.playing ? playback.pause() : playPause())

  /** Goes to a moment of the song, which may have to come under the playhead first. */
  async function seekSong(seconds: number) {
    if (song.value && !(await playback.loadTake(song.value))) return
    await playback.seek(seconds)
  }

  return { ready, upcoming, playPause, press, seekSong }
})
