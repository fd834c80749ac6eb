import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { addNote, type Grid, gridStep, moveNotes, type Picked, removeNotes, resizeNotes, type RollNote, setVelocity, shadeNotes, withIds, withoutIds } from '@/composables/noteEdits'
import type { HeardNote, LibrarySound, NoteSheet, Problem, SoundId } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useToasts } from './toasts'

const STEPS_KEPT = 200
/** Changes of one gesture, a drag or a run of key presses, are one step back. */
const NO_GESTURE = -1

/** The notes of one sound under the hands of a musician, with their own way back. */
export const useNotes = defineStore('notes', () => {
  const toasts = useToasts()
  const sound = shallowRef<LibrarySound | null>(null)
  const sheet = shallowRef<NoteSheet | null>(null)
  const notes = shallowRef<RollNote[]>([])
  const picked = shallowRef<Picked>(new Set<number>())
  const loading = ref(false)
  const saving = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const grid = ref<Grid>(0.25)
  const heard = shallowRef<NoteSheet | null>(null)
  /** Whether the person is asked what becomes of changes that are not saved. */
  const asking = ref(false)

  const past = shallowRef<RollNote[][]>([])
  const future = shallowRef<RollNote[][]>([])
  const saved = shallowRef<RollNote[]>([])
  let gesture = NO_GESTURE

  const duration = computed(() => sheet.value?.duration ?? 0)
  const step = computed(() => gridStep(sheet.value?.bpm ?? null, grid.value))
  const changed = computed(() => notes.value !== saved.value)
  const chosen = computed(() => notes.value.filter(({ id }) => picked.value.has(id)))

  function show(next: NoteSheet) {
    sheet.value = next
    notes.value = saved.value = withIds(next.notes)
    picked.value = new Set()
    past.value = []
    future.value = []
    gesture = NO_GESTURE
  }

  /** Opens the notes of a sound; answers whether there are any. */
  async function open(of: LibrarySound): Promise<boolean> {
    sound.value = of
    sheet.value = null
    return load()
  }

  async function load(): Promise<boolean> {
    const mine = sound.value
    if (!mine) return false
    loading.value = true
    problem.value = null
    try {
      const found = await ipc.getNotes(mine.id)
      if (sound.value !== mine) return false
      if (found) show(found)
      else sound.value = null
      return found !== null
    } catch (thrown) {
      if (sound.value === mine) problem.value = AppError.from(thrown)
      return true
    } finally {
      loading.value = false
    }
  }

  const openById = async (id: SoundId) => {
    const of = await toasts.attempt(ipc.getSound(id))
    return of ? open(of) : false
  }

  /** Notes that were heard anew never replace what somebody has changed and not saved. */
  function finish(next: NoteSheet) {
    heard.value = next
    if (sheet.value?.sound === next.sound && !changed.value) show(next)
  }

  function change(next: RollNote[], under = NO_GESTURE) {
    if (next === notes.value) return
    if (under === NO_GESTURE || under !== gesture) past.value = [...past.value.slice(1 - STEPS_KEPT), notes.value]
    gesture = under
    future.value = []
    notes.value = next
  }

  function travel(from: typeof past, to: typeof past) {
    const next = from.value.at(-1)
    if (!next) return
    from.value = from.value.slice(0, -1)
    to.value = [...to.value, notes.value]
    notes.value = next
    gesture = NO_GESTURE
    const there = new Set(next.map(({ id }) => id))
    picked.value = new Set([...picked.value].filter((id) => there.has(id)))
  }

  function pick(ids: Iterable<number>) {
    picked.value = new Set(ids)
  }

  function toggle(id: number) {
    const next = new Set(picked.value)
    if (!next.delete(id)) next.add(id)
    picked.value = next
  }

  /** Picks the note after the last that is picked, or before the first. */
  function walk(direction: 1 | -1) {
    if (notes.value.length === 0) return
    const indices = notes.value.flatMap(({ id }, index) => (picked.value.has(id) ? [index] : []))
    const from = direction > 0 ? Math.max(-1, ...indices) : Math.min(notes.value.length, ...indices)
    const to = Math.min(notes.value.length - 1, Math.max(0, from + direction))
    pick([notes.value[to]!.id])
  }

  function add(note: HeardNote) {
    const next = addNote(notes.value, note, duration.value)
    change(next.notes)
    pick([next.id])
    return next.id
  }

  function remove() {
    if (picked.value.size === 0) return
    change(removeNotes(notes.value, picked.value))
    pick([])
  }

  async function save(): Promise<boolean> {
    if (!sheet.value) return false
    saving.value = true
    const kept = notes.value
    const next: NoteSheet = { ...sheet.value, notes: withoutIds(kept), edited: true }
    const done = await toasts.attempt(ipc.saveNotes(next).then(() => true))
    saving.value = false
    if (!done) return false
    saved.value = kept
    sheet.value = next
    return true
  }

  /** Writes a MIDI file of what is on screen; answers its path. */
  async function exportMidi(name: string, label: string): Promise<string | null> {
    if (!sheet.value || (changed.value && !(await save()))) return null
    const path = await toasts.attempt(ipc.pickSavePath(name, { name: label, extensions: ['mid'] }))
    if (!path) return null
    const done = await toasts.attempt(ipc.exportNotes(sheet.value.sound, path).then(() => true))
    return done ? path : null
  }

  function shut() {
    asking.value = false
    sound.value = sheet.value = problem.value = null
    notes.value = saved.value = []
  }

  function close() {
    if (changed.value) asking.value = true
    else shut()
  }

  async function saveAndClose() {
    asking.value = false
    if (await save()) shut()
  }

  return {
    sound, sheet, notes, picked, loading, saving, problem, grid, heard, asking, past, future, duration, step, changed, chosen,
    open, openById, load, finish, pick, toggle, walk, add, remove, save, exportMidi, close, shut, saveAndClose,
    undo: () => travel(past, future),
    redo: () => travel(future, past),
    move: (seconds: number, keys: number, under?: number) => change(moveNotes(notes.value, picked.value, seconds, keys, duration.value), under),
    resize: (seconds: number, under?: number) => change(resizeNotes(notes.value, picked.value, seconds, duration.value), under),
    shade: (by: number, under?: number) => change(shadeNotes(notes.value, picked.value, by), under),
    setVelocity: (velocity: number, under?: number) => change(setVelocity(notes.value, picked.value, velocity), under),
    /** Replaces the notes while a drag lasts: each step of it is reckoned from where it began. */
    drag: (next: RollNote[], under: number) => change(next, under),
  }
})
