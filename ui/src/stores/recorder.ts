import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { advise, type Advice, Trail } from '@/composables/recording'
import type { InputDevice, InputFrame, InputSettings, LibrarySound, Problem, RecordedTake, Recorder } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useToasts } from './toasts'

const SILENT: InputFrame = { peak: [], rms: [], clipped: 0, recorded: 0, beats_left: null }
const CLOSED: Recorder = {
  state: 'closed', settings: { device: null, first_channel: 0, channels: 1, monitor: false, count_in_beats: 0, bpm: 120 }, device: null, rate: 0, path: null, problem: null,
}
/** How long a level counts for the advice, and how long a clip is told. */
const HEARD_FRAMES = 75
const CLIP_FRAMES = 120
const NOTHING = -120

/** The rooms that can record. */
export type RecorderPlace = 'audio' | 'voice'
/** A take of this session; its sound carries title and tags. */
export type FinishedTake = { take: RecordedTake; sound: LibrarySound | null }

/** The input, the take under way, and the takes that came of it. */
export const useRecorder = defineStore('recorder', () => {
  const toasts = useToasts()
  const now = ref<Recorder>(CLOSED)
  const devices = ref<InputDevice[]>([])
  /** The room whose panel is open. */
  const place = ref<RecorderPlace | null>(null)
  const preparing = ref(false)
  const failure = shallowRef<Problem | null>(null)
  const takes = shallowRef<FinishedTake[]>([])
  const latest = shallowRef<RecordedTake | null>(null)
  /** Whether the person is asked what becomes of the take under way. */
  const asking = ref(false)
  const stopping = ref(false)
  const advice = ref<Advice>('nothing')
  const beatsLeft = ref<number | null>(null)
  /** Length of the take in tenths of a second, for text; drawings ask `frame()`. */
  const recorded = ref(0)

  // Frames come 30 times a second and are read by drawings, so they stay out of Vue's reactivity.
  let frame = SILENT
  const trail = new Trail()
  const heard = new Float32Array(HEARD_FRAMES).fill(NOTHING)
  let frames = 0
  let clippedAt = -Infinity
  let watching = false
  let closing = false

  const busy = computed(() => now.value.state === 'counting_in' || now.value.state === 'recording')
  const problem = computed(() => failure.value ?? now.value.problem)
  /** Whether no input is open, and none is about to be. */
  const deaf = computed(() => !preparing.value && !busy.value && now.value.state === 'closed')

  function rest() {
    frame = SILENT
    heard.fill(NOTHING)
    clippedAt = -Infinity
    advice.value = 'nothing'
    beatsLeft.value = null
    recorded.value = 0
  }

  function put(next: Recorder) {
    const began = next.state === 'recording' && now.value.state !== 'recording'
    now.value = next
    if (began) trail.clear()
    if (next.state === 'closed') rest()
    if (next.state !== 'counting_in') beatsLeft.value = null
  }

  function receive(next: InputFrame) {
    // A take begins to count anew.
    if (next.clipped > frame.clipped) clippedAt = frames
    frame = next
    const peak = Math.max(NOTHING, ...next.peak)
    heard[frames % HEARD_FRAMES] = peak
    frames += 1
    if (now.value.state === 'recording') trail.push(10 ** (peak / 20))
    beatsLeft.value = next.beats_left
    recorded.value = Math.floor(next.recorded * 10) / 10
    advice.value = advise(Math.max(...heard), frames - clippedAt < CLIP_FRAMES)
  }

  async function prepare() {
    preparing.value = true
    failure.value = null
    try {
      const [inputs, recorder] = await Promise.all([ipc.listInputDevices(), ipc.getRecorder()])
      devices.value = inputs
      put(recorder)
      if (!watching) await ipc.watchInput(receive)
      watching = true
      if (inputs.length > 0 && recorder.state === 'closed') await ipc.openInput(recorder.settings)
    } catch (thrown) {
      failure.value = AppError.from(thrown)
    } finally {
      preparing.value = false
    }
  }

  async function open(at: RecorderPlace) {
    place.value = at
    await prepare()
  }

  async function change(part: Partial<InputSettings>) {
    if (busy.value) return
    const settings = { ...now.value.settings, ...part }
    now.value = { ...now.value, settings }
    failure.value = null
    try {
      await ipc.openInput(settings)
    } catch (thrown) {
      failure.value = AppError.from(thrown)
    }
  }

  function setMonitor(monitor: boolean) {
    now.value = { ...now.value, settings: { ...now.value.settings, monitor } }
    return toasts.attempt(ipc.setMonitor(monitor))
  }

  async function record() {
    failure.value = null
    try {
      await ipc.record()
    } catch (thrown) {
      failure.value = AppError.from(thrown)
    }
  }

  async function stop() {
    if (stopping.value) return
    stopping.value = true
    await toasts.attempt(ipc.stopRecording())
    stopping.value = false
  }

  const toggle = () => (busy.value ? stop() : now.value.state === 'ready' ? record() : undefined)

  async function shut() {
    place.value = null
    asking.value = false
    await toasts.attempt(ipc.closeInput())
  }

  /** Closes the panel; while something is recorded the person is asked first. */
  function close() {
    closing = busy.value
    if (busy.value) asking.value = true
    else return shut()
  }

  /** The room is left: nothing listens that nobody sees, but a take under way goes on until the person decides. */
  function leave(from: RecorderPlace) {
    if (place.value !== from) return
    closing = false
    if (busy.value) asking.value = true
    else return toasts.attempt(ipc.closeInput())
  }

  async function keep() {
    asking.value = false
    await stop()
    if (closing) await shut()
    closing = false
  }

  function goOn() {
    asking.value = false
    closing = false
  }

  async function finish(take: RecordedTake) {
    takes.value = [{ take, sound: null }, ...takes.value]
    latest.value = take
    // What comes to its end by itself needs no answer any more.
    if (asking.value) goOn()
    const sound = take.sound ? await ipc.getSound(take.sound).catch(() => null) : null
    if (sound) takes.value = takes.value.map((each) => (each.take === take ? { take, sound } : each))
  }

  function putSound(sound: LibrarySound) {
    if (!takes.value.some(({ take }) => take.sound === sound.id)) return
    takes.value = takes.value.map((each) => (each.take.sound === sound.id ? { ...each, sound } : each))
  }

  async function remove(take: RecordedTake) {
    if (take.sound && (await toasts.attempt(ipc.removeSounds([take.sound]).then(() => true))) === undefined) return
    takes.value = takes.value.filter((each) => each.take !== take)
  }

  return {
    now, devices, place, preparing, problem, takes, latest, asking, stopping, advice, beatsLeft, recorded, busy, deaf,
    put, receive, prepare, open, close, leave, keep, goOn, change, setMonitor, record, stop, toggle, finish, putSound, remove,
    frame: () => frame,
    trail: () => trail,
    rename: (sound: LibrarySound, title: string) => toasts.attempt(ipc.editTags([sound.id], { title })),
  }
})
