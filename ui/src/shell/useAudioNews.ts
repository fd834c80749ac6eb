import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { fileName } from '@/composables/paths'
import { clock, useWording } from '@/composables/useWording'
import type { CleaningReport, LibrarySound, SoundId } from '@/domain'
import { type Made, useCleaning } from '@/stores/cleaning'
import { useDictation } from '@/stores/dictation'
import { useMastering } from '@/stores/mastering'
import { useNotes } from '@/stores/notes'
import { usePicked } from '@/stores/picked'
import { usePlayback } from '@/stores/playback'
import { useRecorder } from '@/stores/recorder'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'
import { useVoice } from '@/stores/voice'

const nameOf = (sound: LibrarySound | null | undefined) => sound?.tags.title || sound?.name || ''

/** Tells what came of takes, batches, cleanings and notes, wherever one is, with the way to it. */
export function useAudioNews() {
  const { t } = useI18n()
  const { number } = useWording()
  const dictation = useDictation()
  const recorder = useRecorder()
  const mastering = useMastering()
  const cleaning = useCleaning()
  const notes = useNotes()
  const picked = usePicked()
  const playback = usePlayback()
  const session = useSession()
  const voice = useVoice()
  const toasts = useToasts()

  function show(id: SoundId) {
    session.room = 'audio'
    return picked.reveal(id)
  }

  function found(report: CleaningReport): string {
    const trimmed = report.trimmed_start + report.trimmed_end
    const parts = [
      report.clicks > 0 && t('cleaning.found.clicks', { count: report.clicks }), report.hum !== null && t('cleaning.found.hum', { hertz: number(report.hum, 0) }),
      trimmed > 0 && t('cleaning.found.trimmed', { seconds: number(trimmed) }),
    ]
    return parts.filter(Boolean).join(' ')
  }

  function tellMade(made: Made) {
    const [first, second] = made.sounds
    if (!first) return
    const name = nameOf(made.original) || nameOf(first)
    // A split is heard best side against side; a cleaning against what it was made of.
    const [a, b] = second ? [first.id, second.id] : [made.source, first.id]
    toasts.show({
      tone: 'good', text: second ? t('cleaning.made.split', { name }) : t('cleaning.made.clean', { name }), hint: made.report ? found(made.report) : undefined,
      action: { label: t('cleaning.compare'), run: () => void playback.compare(a, b) }, other: { label: t('imports.look'), run: () => void show(first.id) },
    })
  }

  watch(() => cleaning.made, (made) => { if (made) tellMade(made) })
  watch(() => notes.heard, (sheet) => {
    if (!sheet || notes.sheet?.sound === sheet.sound) return
    const run = () => {
      session.room = 'audio'
      void notes.openById(sheet.sound)
    }
    toasts.show({ tone: 'good', text: t('notes.heard', { name: cleaning.nameOf(sheet.sound) ?? '', count: sheet.notes.length }), action: { label: t('notes.open'), run } })
  })
  watch(() => mastering.ended, (batch) => {
    if (!batch || session.jobsOpen || (mastering.opened && mastering.shown === batch.job && session.room === 'audio')) return
    const failed = batch.results.filter(({ problem }) => problem).length
    const run = () => {
      session.room = 'audio'
      void mastering.show(batch.job)
    }
    toasts.show({ tone: failed > 0 ? 'info' : 'good', text: t('mastering.finished', { count: batch.results.length - failed }), hint: failed > 0 ? t('mastering.failed', { count: failed }) : undefined, action: { label: t('jobs.results_short'), run } })
  })
  watch(() => recorder.latest, (take) => {
    // In its own panel the take is seen, with its problem; what was dictated is told as a transcript.
    if (!take || (dictation.running && !take.problem) || (recorder.place === 'audio' && session.room === 'audio') || (recorder.place === 'voice' && session.room === 'voice' && voice.mode === 'own')) return
    const { sound } = take
    const text = t(take.recovered ? 'recorder.told_recovered' : 'recorder.told', { name: fileName(take.path).replace(/\.\w+$/, ''), length: clock(take.duration) })
    toasts.show({ tone: take.problem ? 'problem' : 'good', text, hint: take.problem ? [take.problem.message, take.problem.hint].filter(Boolean).join(' ') : undefined, action: sound ? { label: t('imports.look'), run: () => void show(sound) } : undefined })
  })
}
