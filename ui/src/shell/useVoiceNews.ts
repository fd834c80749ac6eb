import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { fileName } from '@/composables/paths'
import type { LibrarySound, SoundId } from '@/domain'
import { useCleaning } from '@/stores/cleaning'
import { useDictation } from '@/stores/dictation'
import { useJobs } from '@/stores/jobs'
import { useModulation } from '@/stores/modulation'
import { usePlayback } from '@/stores/playback'
import { useProfiles } from '@/stores/profiles'
import { useProject } from '@/stores/project'
import { useRecorder } from '@/stores/recorder'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'
import { useTranscript } from '@/stores/transcript'
import { useVoice, type VoiceMode } from '@/stores/voice'
import { useVoiceSource } from '@/stores/voiceSource'

const nameOf = (sound: LibrarySound) => sound.tags.title || sound.name

/** Tells what came of texts, transcripts, closest and changed voices while one is elsewhere, with the way to it. */
export function useVoiceNews() {
  const { t } = useI18n()
  const voice = useVoice()
  const transcript = useTranscript()
  const modulation = useModulation()
  const source = useVoiceSource()
  const cleaning = useCleaning()
  const dictation = useDictation()
  const recorder = useRecorder()
  const profiles = useProfiles()
  const playback = usePlayback()
  const session = useSession()
  const toasts = useToasts()
  const jobs = useJobs()
  const project = useProject()

  const shows = (mode: VoiceMode) => session.room === 'voice' && voice.mode === mode
  function go(mode: VoiceMode) {
    session.room = 'voice'
    voice.mode = mode
  }

  function takeName(sound: SoundId) {
    const row = recorder.takes.find(({ take }) => take.sound === sound)
    return row ? fileName(row.take.path).replace(/\.\w+$/, '') : ''
  }

  watch(() => voice.spoken[0], (made, before) => {
    if (!made || shows('speak') || made.sound === before?.sound) return
    toasts.show({ tone: 'good', text: t('voice.told_spoken', { name: nameOf(made.row) }), action: { label: t('transport.play'), run: () => void playback.playSounds([made.sound], 0) }, other: { label: t('imports.look'), run: () => go('speak') } })
  })
  watch(() => transcript.heard, (heard) => {
    // What was dictated is opened by itself where it was dictated.
    if (!heard || (shows('listen') && (transcript.of === heard.sound || dictation.running))) return
    const run = () => {
      go('listen')
      void source.chooseById(heard.sound)
    }
    const name = cleaning.nameOf(heard.sound) ?? takeName(heard.sound)
    toasts.show({ tone: 'good', text: heard.lines.length > 0 ? t('transcript.told_heard', { name }) : t('transcript.told_nobody', { name }), action: { label: t('imports.look'), run } })
  })
  watch(() => profiles.found, (profile) => {
    if (!profile || (shows('own') && profiles.chosen === profile.id)) return
    const run = () => {
      go('own')
      profiles.chosen = profile.id
    }
    toasts.show({ tone: 'good', text: t('profiles.told', { name: profile.name }), action: { label: t('imports.look'), run } })
  })
  const begun = Date.now()
  const placed = () => jobs.all.find(({ work, finished_ms }) => work.kind === 'put_on_track' && (finished_ms ?? 0) > begun)
  watch(() => (placed()?.state === 'done' ? placed()?.id : null), (job) => {
    if (!job) return
    const look = { label: t('imports.look'), run: () => { session.room = 'ghost' } }
    toasts.show({ tone: 'good', text: t('placing.told', { song: project.current?.title ?? '' }), action: look })
  })
  watch(() => modulation.latest, (made) => {
    if (!made || shows('modulate')) return
    toasts.show({ tone: 'good', text: t('modulation.told', { name: nameOf(made.original ?? made.row) }), action: { label: t('cleaning.compare'), run: () => void playback.compare(made.source, made.row.id) }, other: { label: t('imports.look'), run: () => go('modulate') } })
  })
}
