import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { type Conversion, type ConversionPreset, type InputDevice, type Live, LIVE_PROMPT, type LiveDelay, type LiveFrame, type Problem } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useModulation } from './modulation'
import { useToasts } from './toasts'

const OFF: Live = { on: false, device: null, delay: 0, problem: null }
const NOTHING = -120
const SILENT: LiveFrame = { input: NOTHING, output: NOTHING, latency: null }
/** What devices usually take beside the conversion, in seconds, until it is measured. */
const AROUND = 0.014
/** Frames that a latency is taken from: what changes with each of them cannot be read, and the page is painted anew for it. */
const MEASURED = 30

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** The microphone, heard with its voice changed as the conversion that is open says. */
export const useLive = defineStore('live', () => {
  const toasts = useToasts()
  const modulation = useModulation()
  const now = ref<Live>(OFF)
  const devices = ref<InputDevice[]>([])
  /** The microphone that is wanted; `null` is the system's. */
  const device = ref<string | null>(null)
  const failure = shallowRef<Problem | null>(null)
  const starting = ref(false)
  const delays = shallowRef<LiveDelay[]>([])
  /** From the microphone to the ear, in whole milliseconds; drawings ask `frame()`. */
  const latency = ref<number | null>(null)

  // Frames come 30 times a second and are read by drawings, so they stay out of Vue's reactivity.
  let frame = SILENT
  let latencies: number[] = []
  let watching = false
  let sending = false
  let wanted: Conversion | null = null

  const on = computed(() => now.value.on)
  const problem = computed(() => failure.value ?? now.value.problem)
  /** What the devices take beside the conversion, in seconds. */
  const around = ref(AROUND)
  const total = (preset: ConversionPreset) => (delays.value.find((each) => each.preset === preset)?.delay ?? 0) + around.value
  /** The presets that would be heard later than is pleasant, with the milliseconds that they would take. */
  const late = computed(() => Object.fromEntries(delays.value.filter(({ preset }) => total(preset) > LIVE_PROMPT).map(({ preset }) => [preset, Math.round(1000 * total(preset))])) as Partial<Record<ConversionPreset, number>>)
  const prompt = computed(() => latency.value === null || latency.value <= 1000 * LIVE_PROMPT)

  function put(next: Live) {
    // What was measured of another conversion says nothing of this one.
    if (!next.on || next.delay !== now.value.delay) latencies = []
    now.value = next
    if (next.on) failure.value = null
    else {
      frame = SILENT
      latency.value = null
    }
  }

  /** The first latency is told at once; while the clocks of the devices are not known there is none. */
  function measure(seconds: number | null) {
    if (seconds === null) {
      latencies = []
      latency.value = null
      return
    }
    latencies.push(seconds)
    if (latency.value !== null && latencies.length < MEASURED) return
    const usual = median(latencies)
    latencies = []
    latency.value = Math.round(1000 * usual)
    around.value = Math.max(0, Math.round(1000 * (usual - now.value.delay)) / 1000)
  }

  function receive(next: LiveFrame) {
    if (!now.value.on) return
    frame = next
    measure(next.latency)
  }

  async function prepare() {
    try {
      const [inputs, live, told] = await Promise.all([ipc.listInputDevices(), ipc.getLive(), ipc.listLiveDelays()])
      devices.value = inputs
      delays.value = told
      put(live)
      if (!watching) await ipc.watchLive(receive)
      watching = true
    } catch (thrown) {
      failure.value = AppError.from(thrown)
    }
  }

  async function start() {
    if (starting.value || !modulation.conversion) return
    starting.value = true
    failure.value = null
    around.value = AROUND
    try {
      await ipc.startLive(modulation.conversion, device.value)
    } catch (thrown) {
      failure.value = AppError.from(thrown)
    } finally {
      starting.value = false
    }
  }

  /** Nothing listens that nobody sees: also called when the page is left. */
  async function stop() {
    failure.value = null
    if (now.value.on) await toasts.attempt(ipc.stopLive())
  }

  /** While a slider is drawn only the last of its places is sent. */
  async function change(conversion: Conversion) {
    wanted = conversion
    if (sending) return
    sending = true
    while (wanted) {
      const next: Conversion = wanted
      wanted = null
      await toasts.attempt(ipc.changeLive(next))
    }
    sending = false
  }
  watch(() => modulation.conversion, (conversion) => { if (now.value.on && conversion) void change(conversion) })

  function choose(name: string | null) {
    device.value = name
    if (now.value.on) return start()
    return undefined
  }

  return { now, devices, device, problem, starting, latency, on, late, prompt, put, prepare, start, stop, choose, toggle: () => (now.value.on ? stop() : start()), frame: () => frame }
})
