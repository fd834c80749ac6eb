import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useImports } from '@/stores/imports'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'

/** Tells of imports that end while one is in another room, or that come by themselves; the room itself shows a report. */
export function useImportNews() {
  const { t } = useI18n()
  const imports = useImports()
  const session = useSession()
  const toasts = useToasts()
  /** What was told and is shown because somebody asked. */
  let asked: unknown = null

  watch(() => imports.outcome, (outcome) => {
    if (!outcome || outcome === asked || (outcome.job !== null && session.room === 'audio')) return
    const { added, refused } = outcome.report
    const parts = [added.length > 0 && t('imports.told_added', { count: added.length }), refused.length > 0 && t('imports.told_refused', { count: refused.length })]
    const text = parts.filter(Boolean).join(' ')
    // A report that nobody asked for must not cover the list.
    if (outcome.job === null) imports.dismiss()
    const run = () => {
      asked = outcome
      session.room = 'audio'
      imports.finish(outcome)
    }
    if (text) toasts.show({ tone: refused.length > 0 ? 'info' : 'good', text, action: { label: t('imports.look'), run } })
  })
}
