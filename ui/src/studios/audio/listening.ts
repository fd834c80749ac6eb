import { useI18n } from 'vue-i18n'
import type { SoundId, Span } from '@/domain'
import { LIBRARY_LIMITS } from '@/domain'
import { useLibrary } from '@/stores/library'
import { usePicked } from '@/stores/picked'
import { usePlayback } from '@/stores/playback'
import { useStage } from '@/stores/stage'
import { useToasts } from '@/stores/toasts'

/** A queue goes on down the list for so many rows at most. */
const QUEUE_MOST = LIBRARY_LIMITS.pageRows
const COMPARED = 2

/** What can be heard of the list: a row and all that follow, what is picked, two sounds against each other. */
export function useListening() {
  const { t } = useI18n()
  const library = useLibrary()
  const picked = usePicked()
  const playback = usePlayback()
  const stage = useStage()
  const toasts = useToasts()

  async function play(sounds: SoundId[], start: number) {
    const known = await playback.playSounds(sounds, start)
    if (known) await stage.follow()
    return known === true
  }

  /** Plays a row and then what follows it in the list; what is known to be missing is left out, but for the row itself. */
  async function playFrom(index: number) {
    const row = library.at(index)
    if (!row) return false
    if (row.state === 'missing') {
      toasts.show({ tone: 'problem', text: t('library.missing_title'), hint: t('library.missing_text') })
      return false
    }
    const ids = await library.idsBetween(index, Math.min(library.total - 1, index + QUEUE_MOST - 1))
    const missing = new Set(library.loaded().filter(({ state }) => state === 'missing').map(({ id }) => id))
    return ids.length > 0 && play(ids.filter((id) => !missing.has(id)), 0)
  }

  /** The picked sounds, from the top of the list down. */
  async function chosen() {
    const rows = [...library.pages].sort(([one], [other]) => one - other).flatMap(([, page]) => page)
    const places = new Map(rows.map(({ id }, index) => [id, index]))
    const place = (id: SoundId) => places.get(id) ?? Infinity
    return (await picked.chosen()).sort((a, b) => place(a) - place(b) || 0).slice(0, QUEUE_MOST)
  }

  /** Enter on a row: several picked sounds are played, and those alone; one goes on down the list. */
  async function playPicked() {
    if (picked.count < 2) return playFrom(picked.cursor)
    const ids = await chosen()
    const at = library.at(picked.cursor)?.id
    return ids.length > 0 && play(ids, Math.max(0, ids.findIndex((id) => id === at)))
  }

  async function queuePicked() {
    const ids = await chosen()
    if (ids.length > 0 && (await playback.queueSounds(ids))) toasts.show({ tone: 'good', text: t('queue.added', { count: ids.length }) })
  }

  async function compare() {
    if (picked.count !== COMPARED) return toasts.show({ tone: 'info', text: t('compare.pick_two'), hint: t('compare.pick_two_hint') })
    const [a, b] = await chosen()
    if (a && b && (await playback.compare(a, b))) stage.open = true
  }

  /** Brings what is on the stage under the playhead: from the queue when it is in it, or from the list. */
  async function bring() {
    const sound = stage.sound
    if (!sound || stage.heard) return stage.heard
    const { queue } = playback
    const entry = queue && !queue.compared ? queue.entries.findIndex((each) => each.sound === sound.id) : -1
    if (entry >= 0) return (await playback.playEntry(entry)) === true
    return library.at(picked.cursor)?.id === sound.id ? playFrom(picked.cursor) : play([sound.id], 0)
  }

  async function seek(seconds: number) {
    if (stage.compared || (await bring())) await playback.seek(seconds)
  }

  async function scrub(seconds: number | null) {
    if (stage.compared || stage.heard) await playback.scrub(seconds)
    // Grains are heard only of what is under the playhead; the first touch brings the sound there.
    else if (seconds !== null && (await bring())) await playback.seek(seconds)
  }

  const whole = (): Span => ({ from: 0, to: playback.now.duration || stage.duration })

  /** Plays the selection again and again, or all of the sound; or goes on. */
  async function toggleLoop() {
    if (stage.looping) return void (await playback.loop(null))
    const { selection } = stage
    if (!stage.compared && !(await bring())) return
    // A loop is heard from its beginning, wherever the playhead was.
    const at = playback.position()
    if (selection && (at < selection.from || at >= selection.to)) await playback.seek(selection.from)
    await playback.loop(selection ?? whole())
  }

  function select(span: Span | null) {
    stage.selection = span
    if (span === null && stage.looping) void playback.loop(null)
  }
  /** The hand has let the selection go: a loop takes its new edges. */
  function selected() {
    if (stage.looping && stage.selection) void playback.loop(stage.selection)
  }

  return { playFrom, playPicked, queuePicked, compare, seek, scrub, toggleLoop, select, selected }
}
