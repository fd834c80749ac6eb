import { useI18n } from 'vue-i18n'
import type { LibrarySound } from '@/domain'
import { type Tool, useCleaning } from '@/stores/cleaning'
import { useMastering } from '@/stores/mastering'
import { useNotes } from '@/stores/notes'
import { usePicked } from '@/stores/picked'
import { useRecorder } from '@/stores/recorder'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'

/** The tools of the room, for the sounds that are picked: in the header, the menu and by their keys alike. */
export function useTools() {
  const { t } = useI18n()
  const recorder = useRecorder()
  const mastering = useMastering()
  const cleaning = useCleaning()
  const notes = useNotes()
  const picked = usePicked()
  const session = useSession()
  const toasts = useToasts()

  /** The picked sounds whose files are there; says so when there is none. */
  async function present(): Promise<LibrarySound[]> {
    const sounds = (await picked.sounds()).filter(({ state }) => state === 'present')
    if (sounds.length === 0) toasts.show({ tone: 'info', text: t('cleaning.choose'), hint: t('cleaning.choose_text') })
    return sounds
  }

  async function start(tool: Tool, sounds: LibrarySound[]) {
    if (cleaning.lacking(tool).length > 0) return cleaning.open(tool, sounds)
    if (!(await cleaning.begin(tool, sounds))) return
    toasts.show({ tone: 'info', text: t(`cleaning.started.${tool}`, { count: sounds.length }), action: { label: t('jobs.title'), run: () => { session.jobsOpen = true } } })
  }

  async function clean() {
    const sounds = await present()
    if (sounds.length > 0) cleaning.open('clean', sounds)
  }

  async function split() {
    const sounds = await present()
    if (sounds.length > 0) await start('split', sounds)
  }

  /** Opens the notes of a sound; where none were heard yet, listens for them. */
  async function hear() {
    const sounds = await present()
    const [only] = sounds
    // A take is not left for notes; a recorder at rest makes way for them.
    if (recorder.busy) return
    if (recorder.place === 'audio') await recorder.close()
    if (!only || (sounds.length === 1 && (await notes.open(only)))) return
    await start('notes', sounds)
  }

  return {
    clean, split, hear, start,
    record: () => (recorder.place === 'audio' ? recorder.toggle() : recorder.open('audio')),
    // Without anything picked the files are chosen in the dialog.
    master: async () => mastering.open(await picked.sounds(), t('mastering.folder_name')),
  }
}
