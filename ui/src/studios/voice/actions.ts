import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { SOUND_FILES } from '@/composables/paths'
import type { Job, LibrarySound, Model, SoundId } from '@/domain'
import { isActive, useJobs } from '@/stores/jobs'
import { usePicked } from '@/stores/picked'
import { usePlayback } from '@/stores/playback'
import { useSession } from '@/stores/session'
import { useVoice, type VoiceMode } from '@/stores/voice'
import { useVoiceSource } from '@/stores/voiceSource'

export const nameOf = (sound: LibrarySound | null | undefined) => sound?.tags.title || sound?.name || ''

/** What can be done with sounds in every mode of the room. */
export function useVoiceActions() {
  const { t } = useI18n()
  const voice = useVoice()
  const source = useVoiceSource()
  const playback = usePlayback()
  const session = useSession()
  const picked = usePicked()
  const jobs = useJobs()

  /** The sound under the playhead; in a comparison, the one whose side is heard. */
  const heard = computed<SoundId | null>(() => {
    const queue = playback.queue
    return queue?.entries[queue.current]?.sound ?? null
  })

  /** Plays a sound, or rests it; what is under the playhead already goes on where it was. */
  async function play(id: SoundId) {
    if (heard.value === id) await playback.toggle()
    else await playback.playSounds([id], 0)
  }

  async function seek(id: SoundId, seconds: number) {
    if (heard.value !== id && !(await playback.playSounds([id], 0))) return
    await playback.seek(seconds)
    if (!playback.playing) await playback.play()
  }

  async function openInLibrary(id: SoundId) {
    session.room = 'audio'
    await picked.reveal(id)
  }

  /** Takes a sound to another mode of the room. */
  function take(sound: LibrarySound, to: VoiceMode) {
    source.choose(sound)
    voice.mode = to
  }

  function upload() {
    // Texts are spoken; whoever brings a sound wants to have it heard.
    if (voice.mode === 'speak') voice.mode = 'listen'
    return source.chooseFile({ name: t('library.files'), extensions: SOUND_FILES })
  }

  /** What of a kind is being made, or could not be. */
  const jobsOf = (kind: Job['work']['kind'], sound?: SoundId) =>
    jobs.all.filter((job) => job.work.kind === kind && (isActive(job) || job.state === 'failed') && (sound === undefined || ('sound' in job.work && job.work.sound === sound)))

  /** Models that a mode lacks and that could not be fetched the last time: without a network, for instance. */
  const unfetched = (lacking: Model[]) => lacking.flatMap(({ id }) => {
    const latest = jobs.all.find(({ work }) => work.kind === 'fetch_model' && work.model === id)
    return latest?.state === 'failed' ? [latest] : []
  })

  return { heard, play, seek, openInLibrary, take, upload, jobsOf, unfetched }
}
