import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSaving } from '@/stores/saving'
import { useSession } from '@/stores/session'
import { useTimeline } from '@/stores/timeline'
import { useToasts } from '@/stores/toasts'
import { useUpkeep } from '@/stores/upkeep'

/** Tells what became of versions, checks and files of the project, wherever one is, with the way to it. */
export function useHistoryNews() {
  const { t } = useI18n()
  const saving = useSaving()
  const timeline = useTimeline()
  const upkeep = useUpkeep()
  const session = useSession()
  const toasts = useToasts()

  watch(() => saving.kept, (kept) => {
    if (!kept) return
    const run = () => {
      session.room = 'history'
      timeline.widen()
      timeline.picked = kept.id
    }
    toasts.show({ tone: 'good', text: kept.message ? t('saving.kept', { name: kept.message }) : t('saving.kept_plain'), action: session.room === 'history' ? undefined : { label: t('saving.look'), run } })
  })
  watch(() => saving.outside, (change) => {
    // In the room itself a banner says so.
    if (!change || session.room === 'history') return
    const count = change.paths.length
    toasts.show({ tone: 'info', text: t('outside.changed', { count }), hint: change.paths.slice(0, 3).join(', '), action: { label: t('outside.keep'), run: () => void saving.begin(t('outside.message', { count })) } })
  })
  watch(() => upkeep.report, (report) => {
    if (!report || (session.room === 'history' && upkeep.open === 'check')) return
    const run = () => {
      session.room = 'history'
      upkeep.show('check')
    }
    const damage = report.damage.length
    toasts.show({ tone: damage ? 'problem' : 'good', text: damage ? t('checking.damaged', { count: damage }) : t('checking.sound'), action: { label: t('imports.look'), run } })
  })
}
