import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { MeterFrame, Playback } from '@/domain'
import { ipc } from '@/ipc'
import { useToasts } from './toasts'

const SILENT: MeterFrame = { position: 0, playing: false, peak: [-120, -120], rms: [-120, -120], momentary: -120, tracks: [] }

export const usePlayback = defineStore('playback', () => {
  const toasts = useToasts()
  const now = ref<Playback>({ state: 'empty', take: null, duration: 0, device: null, problem: null, volume: 1 })
  const known = ref(false)
  const devices = ref<string[]>([])
  /** Position in tenths of a second, for text; drawings ask `position()`. */
  const shown = ref(0)

  // Frames come 30 times a second and are read by drawings, so they stay out of Vue's reactivity.
  let frame = SILENT
  let arrived = 0
  const tracks = new Map<string, number>()

  const playing = computed(() => now.value.state === 'playing')
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
    const ahead = frame.playing ? Math.min(0.1, (performance.now() - arrived) / 1000) : 0
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
  const toggle = () => (playing.value ? pause() : loaded.value ? play() : undefined)

  return {
    now, known, devices, shown, playing, loaded, put, receive, position, load, loadDevices, seek, play, pause, toggle,
    frame: () => frame,
    trackLevel: (track: string) => tracks.get(track) ?? -120,
    stop: () => toasts.attempt(ipc.stop()),
    loadTake: (take: string) => toasts.attempt(ipc.loadTake(take)),
    setVolume: (volume: number) => {
      now.value = { ...now.value, volume }
      return toasts.attempt(ipc.setVolume(volume))
    },
  }
})
