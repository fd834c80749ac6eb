import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { MeterFrame, Playback, Side, SoundId, Span } from '@/domain'
import { ipc } from '@/ipc'
import { useProject } from './project'
import { useToasts } from './toasts'

const SPEEDS = [0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4]

const SILENT: MeterFrame = {
  position: 0, playing: false, peak: [-120, -120], rms: [-120, -120], momentary: -120, short_term: -120, integrated: null, range: null, true_peak: -120, correlation: 0, spectrum: [], tracks: [],
}

export const usePlayback = defineStore('playback', () => {
  const toasts = useToasts()
  const now = ref<Playback>({ state: 'empty', take: null, duration: 0, device: null, problem: null, volume: 1, queue: null })
  const known = ref(false)
  const devices = ref<string[]>([])
  /** Position in tenths of a second, for text; drawings ask `position()`. */
  const shown = ref(0)

  // Frames come 30 times a second and are read by drawings, so they stay out of Vue's reactivity.
  let frame = SILENT
  let arrived = 0
  const tracks = new Map<string, number>()

  const playing = computed(() => now.value.state === 'playing')
  const queue = computed(() => now.value.queue)
  const loaded = computed(() => now.value.state === 'stopped' || now.value.state === 'playing')

  function put(playback: Playback) {
    now.value = playback
    known.value = true
    if (playback.state === 'empty' || playback.state === 'loading') receive(SILENT)
  }

  function receive(next: MeterFrame) {
    frame = next
    arrived = performance.now()
    tracks.clear()
    for (const { track, peak } of next.tracks) tracks.set(track, peak)
    const tenth = Math.floor((next.position ?? 0) * 10) / 10
    if (tenth !== shown.value) shown.value = tenth
  }

  /** Where the song is right now, between frames too. */
  function position() {
    const ahead = frame.playing ? Math.min(0.1, (performance.now() - arrived) / 1000) * (now.value.queue?.speed ?? 1) : 0
    return Math.min(now.value.duration || Infinity, frame.position + ahead)
  }

  async function load() {
    const playback = await toasts.attempt(ipc.getPlayback())
    if (playback) put(playback)
    await toasts.attempt(ipc.watchMeters(receive))
  }

  async function loadDevices() {
    devices.value = (await toasts.attempt(ipc.listOutputDevices())) ?? []
  }

  async function seek(seconds: number) {
    const to = Math.max(0, Math.min(now.value.duration, seconds))
    frame = { ...frame, position: to }
    arrived = performance.now()
    shown.value = Math.floor(to * 10) / 10
    await toasts.attempt(ipc.seek(to))
  }

  const play = () => toasts.attempt(ipc.play())
  const pause = () => toasts.attempt(ipc.pause())
  // The playhead must be where the hand let it go at once, not a frame later.
  function scrub(seconds: number | null) {
    if (seconds !== null) frame = { ...frame, position: Math.max(0, Math.min(now.value.duration, seconds)) }
    arrived = performance.now()
    return toasts.attempt(ipc.scrub(seconds))
  }

  function setSpeed(speed: number) {
    if (now.value.queue) now.value = { ...now.value, queue: { ...now.value.queue, speed } }
    return toasts.attempt(ipc.setSpeed(speed))
  }

  /** The next of the usual speeds. */
  function stepSpeed(step: 1 | -1) {
    const speed = now.value.queue?.speed
    if (speed === undefined) return
    const next = step > 0 ? SPEEDS.find((each) => each > speed + 0.001) : SPEEDS.findLast((each) => each < speed - 0.001)
    return next === undefined ? undefined : setSpeed(next)
  }

  function setCrossfade(crossfade: number) {
    if (now.value.queue) now.value = { ...now.value, queue: { ...now.value.queue, crossfade } }
    return toasts.attempt(ipc.setCrossfade(crossfade))
  }

  /** Takes everything out, what is heard last, so that nothing else begins meanwhile. */
  async function clearQueue() {
    const queue = now.value.queue
    if (!queue) return
    // Two that are compared leave together.
    const others = queue.compared ? [] : queue.entries.map((_, index) => index).filter((index) => index !== queue.current)
    for (const index of others.reverse()) await toasts.attempt(ipc.unqueueSound(index))
    await toasts.attempt(ipc.unqueueSound(0))
  }

  async function playPresent() {
    const take = useProject().open?.current
    if (take) await ipc.loadTake(take)
    await ipc.play()
  }

  /** Goes on with the side that is heard, alone. */
  async function endCompare() {
    const { queue, state } = now.value
    const entry = queue?.compared ? queue.entries[queue.current] : undefined
    if (!entry) return
    const at = position()
    // The project as it is has its place in the transport already.
    const call = entry.sound ? ipc.playSounds([entry.sound], 0) : entry.version ? ipc.playVersion(entry.version) : playPresent()
    if (!(await toasts.attempt(call.then(() => true)))) return
    await seek(at)
    if (state !== 'playing') await pause()
  }

  const toggle = () => (playing.value ? pause() : loaded.value ? play() : undefined)

  return {
    now, known, devices, shown, playing, queue, loaded, put, receive, position, load, loadDevices, seek, play, pause, toggle, scrub, setSpeed, stepSpeed, setCrossfade, clearQueue, endCompare,
    frame: () => frame,
    trackLevel: (track: string) => tracks.get(track) ?? -120,
    stop: () => toasts.attempt(ipc.stop()),
    loadTake: (take: string) => toasts.attempt(ipc.loadTake(take).then(() => true)),
    playSounds: (sounds: SoundId[], start: number) => toasts.attempt(ipc.playSounds(sounds, start).then(() => true)),
    queueSounds: (sounds: SoundId[]) => toasts.attempt(ipc.queueSounds(sounds).then(() => true)),
    unqueue: (index: number) => toasts.attempt(ipc.unqueueSound(index)),
    playEntry: (index: number) => toasts.attempt(ipc.playEntry(index).then(() => true)),
    next: () => toasts.attempt(ipc.nextSound()),
    previous: () => toasts.attempt(ipc.previousSound()),
    loop: (selection: Span | null) => toasts.attempt(ipc.loopSelection(selection)),
    setRepeat: (repeat: boolean) => toasts.attempt(ipc.setRepeat(repeat)),
    compare: (a: SoundId, b: SoundId) => toasts.attempt(ipc.compareSounds(a, b).then(() => true)),
    hear: (side: Side) => toasts.attempt(ipc.hearSide(side)),
    restartMeters: () => toasts.attempt(ipc.restartMeters()),
    setVolume: (volume: number) => {
      now.value = { ...now.value, volume }
      return toasts.attempt(ipc.setVolume(volume))
    },
  }
})
