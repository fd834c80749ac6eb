import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, toRaw, watch } from 'vue'
import type { Chip, Palette, Problem, Request, Understanding } from '@/domain'
import { LIMITS } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useProject } from './project'
import { useToasts } from './toasts'

const TYPING_PAUSE_MS = 250
const blank = (): Request => ({
  prompt: '', lyrics: '', style: null, bpm: null, key: null, meter: null, duration: null, seed: null, variations: 1,
  instruments: [], without: [], moods: [],
})

/** The idea in the form: what the musician asks for, and what the studio reads out of it while they type. */
export const useIdea = defineStore('idea', () => {
  const toasts = useToasts()
  const project = useProject()
  const request = reactive<Request>(blank())
  const palette = shallowRef<Palette | null>(null)
  const understanding = shallowRef<Understanding | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const reading = ref(false)
  const sending = ref(false)
  let asked = 0

  const empty = computed(() => !request.prompt.trim() && !request.style)
  const tooLong = computed(() => new TextEncoder().encode(request.prompt).length > LIMITS.promptBytes)

  const snapshot = (): Request => JSON.parse(JSON.stringify(toRaw(request))) as Request

  async function read() {
    const turn = ++asked
    if (empty.value || tooLong.value) {
      understanding.value = null
      problem.value = null
      reading.value = false
      return
    }
    try {
      const answer = await ipc.understand(snapshot())
      if (turn !== asked) return
      understanding.value = answer
      problem.value = null
    } catch (thrown) {
      if (turn !== asked) return
      const refused = AppError.from(thrown)
      understanding.value = null
      problem.value = refused.code === 'empty_prompt' ? null : refused
    } finally {
      if (turn === asked) reading.value = false
    }
  }

  const readSoon = useDebounceFn(read, TYPING_PAUSE_MS)
  watch(request, () => {
    reading.value = true
    void readSoon()
  })

  async function load() {
    palette.value = (await toasts.attempt(ipc.getPalette())) ?? null
  }

  async function generate() {
    if (empty.value || tooLong.value || sending.value) return undefined
    sending.value = true
    const order = { ...snapshot(), lyrics: project.lyrics }
    const id = await toasts.attempt(ipc.generate(order, 'pro'))
    sending.value = false
    return id
  }

  /** Puts the request of a take back into the form, with the seed that was really used. */
  function useAgain(again: Request, seed: number) {
    Object.assign(request, blank(), JSON.parse(JSON.stringify(again)), { seed, lyrics: '' })
  }

  function dropWords(words: string) {
    const at = words ? request.prompt.indexOf(words) : -1
    if (at < 0) return false
    const joined = `${request.prompt.slice(0, at)}${request.prompt.slice(at + words.length)}`
    request.prompt = joined.replace(/ {2,}/g, ' ').replace(/\s+([,.;])/g, '$1').replace(/([,;])(\s*[,;])+/g, '$1').replace(/^[\s,;]+|[\s,;]+$/g, '')
    return true
  }

  const valuesOf = (kind: Chip['kind']) => (understanding.value?.chips ?? []).filter((chip) => chip.kind === kind).map((chip) => chip.value)
  const LISTS = { mood: 'moods', instrument: 'instruments', without: 'without' } as const
  const isList = (kind: Chip['kind']): kind is keyof typeof LISTS => kind in LISTS

  /** Takes a chip away: its field, or the words of the prompt that said so. */
  function removeChip(chip: Chip) {
    if (isList(chip.kind)) {
      if (!dropWords(chip.words)) request[LISTS[chip.kind]] = valuesOf(chip.kind).filter((value) => value !== chip.value)
      return
    }
    const fields = { style: 'style', tempo: 'bpm', key: 'key', meter: 'meter', length: 'duration' } as const
    if (chip.source === 'field') Object.assign(request, { [fields[chip.kind]]: null })
    else dropWords(chip.words)
  }

  /** Replaces one of several values: a mood, an instrument wanted or refused. */
  function replaceInList(chip: Chip, value: string) {
    if (!isList(chip.kind)) return
    const values = valuesOf(chip.kind).map((other) => (other === chip.value ? value : other))
    request[LISTS[chip.kind]] = [...new Set(values)]
  }

  function addToList(kind: 'mood' | 'instrument' | 'without', value: string) {
    request[LISTS[kind]] = [...new Set([...valuesOf(kind), value])]
  }

  function clear() {
    Object.assign(request, blank())
  }

  return { request, palette, understanding, problem, reading, sending, empty, tooLong, load, read, generate, useAgain, removeChip, replaceInList, addToList, clear }
})
