import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { TileShelf } from '@/composables/tiles'
import { WavePages } from '@/composables/waves'
import type { LibrarySound, LoudnessCurve, SoundId, Span } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useLibrary } from './library'
import { usePicked } from './picked'
import { usePlayback } from './playback'
import { useToasts } from './toasts'

/** Holding an arrow key in the list must not ask for a picture of every row it passes. */
const REST_MS = 120
const PICTURES_KEPT = 4

async function pictureAt(address: string): Promise<CanvasImageSource> {
  const image = new Image()
  image.src = address
  await image.decode()
  return image
}

export type StageLook = 'wave' | 'spectrum' | 'both'

/** Streams do not all say how long they are; whoever listened to them knows. 0 is not known yet. */
const lengthOf = ({ facts, analysis }: LibrarySound) => facts.duration ?? analysis.loudness?.duration ?? 0

/** The waveform and the loudness of one sound, as far as they are here. */
export type SoundPicture = { id: SoundId; duration: number; rate: number; waves: WavePages }

/** The sound on the stage: what is picked, or what plays, whichever was chosen last. */
export const useStage = defineStore('stage', () => {
  const library = useLibrary()
  const picked = usePicked()
  const playback = usePlayback()
  const toasts = useToasts()

  const open = ref(true)
  const metersOpen = ref(true)
  const height = ref(0)
  const look = ref<StageLook>('wave')
  const curveOn = ref(true)
  const target = ref(-14)
  const sound = shallowRef<LibrarySound | null>(null)
  const others = shallowRef<LibrarySound[]>([])
  const selection = shallowRef<Span | null>(null)
  const curve = shallowRef<LoudnessCurve | null>(null)
  const problem = shallowRef<AppError | null>(null)
  const tileProblem = shallowRef<AppError | null>(null)
  /** Counts what has arrived, for drawings. */
  const arrived = ref(0)

  const pictures = new Map<SoundId, SoundPicture>()
  let shelf: { of: SoundId; tiles: TileShelf<CanvasImageSource> } | null = null
  let curveOf: SoundId | null = null
  let following = true

  const queue = computed(() => playback.now.queue)
  const playing = computed(() => queue.value?.entries[queue.value.current]?.sound ?? null)
  /** Versions of a project are compared in their own room. */
  const compared = computed(() => (queue.value?.entries.every(({ sound: id }) => id !== null) ? queue.value.compared : null))
  /** Whether what is on the stage is what is heard. */
  const heard = computed(() => sound.value !== null && sound.value.id === playing.value)
  const looping = computed(() => (heard.value || compared.value !== null) && queue.value?.selection != null)
  const duration = computed(() => (sound.value ? lengthOf(sound.value) : 0))

  function pictureOf(each: LibrarySound): SoundPicture {
    const known = pictures.get(each.id)
    pictures.delete(each.id)
    const length = lengthOf(each)
    const made = known ?? {
      id: each.id, duration: length, rate: each.facts.rate,
      waves: new WavePages(length, each.facts.rate, (from, to, buckets) => ipc.getSoundWave(each.id, from, to, buckets), (thrown) => tell(each.id, thrown)),
    }
    pictures.set(each.id, made)
    for (const old of pictures.keys()) {
      if (pictures.size <= PICTURES_KEPT) break
      pictures.delete(old)
    }
    return made
  }

  function tell(id: SoundId, thrown: unknown) {
    if (thrown && id === sound.value?.id) problem.value = AppError.from(thrown)
    arrived.value += 1
  }

  /** The tiles of what is on the stage; those of another sound are let go. */
  function tiles(): TileShelf<CanvasImageSource> | null {
    const now = sound.value
    if (!now) return null
    if (shelf?.of === now.id) return shelf.tiles
    shelf?.tiles.close()
    const made = new TileShelf(duration.value, async (zoom, index) => pictureAt(await ipc.getSpectrogramTile(now.id, zoom, index)), (thrown) => {
      if (thrown) tileProblem.value = AppError.from(thrown)
      arrived.value += 1
    })
    shelf = { of: now.id, tiles: made }
    return made
  }

  async function loadCurve() {
    const now = sound.value
    if (!now || curveOf === now.id || now.state === 'missing') return
    curveOf = now.id
    const loaded = await ipc.getLoudnessCurve(now.id).catch(() => null)
    if (sound.value?.id !== now.id) return
    // Without a curve the waveform still says everything; it is asked for again with the next sound.
    curve.value = loaded
    arrived.value += 1
  }

  function forget(id: SoundId) {
    pictures.delete(id)
    if (shelf?.of === id) {
      shelf.tiles.close()
      shelf = null
    }
    if (curveOf === id) curveOf = curve.value = null
  }

  function put(next: LibrarySound | null) {
    const other = next?.id !== sound.value?.id
    const before = sound.value
    const moved = !other && next !== null && before !== null && (next.path !== before.path || next.state !== before.state || lengthOf(next) !== lengthOf(before))
    if (moved) forget(next.id)
    sound.value = next
    if (!other && !moved) return
    problem.value = tileProblem.value = null
    curve.value = curveOf = null
    if (other) selection.value = next && next.id === playing.value ? (queue.value?.selection ?? null) : null
    if (curveOn.value) void loadCurve()
    arrived.value += 1
  }

  async function fetch(id: SoundId) {
    const near = picked.sound?.id === id ? picked.sound : library.loaded().find((row) => row.id === id)
    return near ?? (await toasts.attempt(ipc.getSound(id))) ?? null
  }

  /** Puts what plays on the stage. */
  async function follow() {
    following = true
    const id = playing.value
    const row = id ? await fetch(id) : null
    if (row && playing.value === id && following) put(row)
  }

  async function showCompared() {
    const entries = compared.value ? (queue.value?.entries ?? []) : []
    others.value = (await Promise.all(entries.flatMap(({ sound: id }) => (id === null ? [] : [fetch(id)])))).filter((each) => each !== null)
  }

  const showPicked = useDebounceFn(() => {
    if (!picked.sound || compared.value) return
    following = picked.sound.id === playing.value
    put(picked.sound)
  }, REST_MS)

  function setCurve(on: boolean) {
    curveOn.value = on
    if (on) void loadCurve()
  }

  function retry() {
    problem.value = tileProblem.value = null
    for (const { waves } of pictures.values()) waves.retry()
    shelf?.tiles.retry()
    curveOf = null
    if (curveOn.value) void loadCurve()
    arrived.value += 1
  }

  watch(() => picked.sound, (row, before) => {
    if (!row) return
    if (row.id === sound.value?.id) put(row)
    else if (row.id !== before?.id) void showPicked()
  })
  watch(playing, (id, before) => {
    if (id !== null && id === sound.value?.id) following = true
    else if (id && (following || sound.value === null || sound.value.id === before)) void follow()
  })
  watch(() => compared.value !== null, () => { selection.value = null })
  watch(() => [compared.value !== null, queue.value?.entries.map((entry) => entry.sound).join()], showCompared)
  watch(() => queue.value?.selection, (looped) => {
    if (looped && (heard.value || compared.value)) selection.value = looped
  })

  return {
    open, metersOpen, height, look, curveOn, target, sound, others, selection, curve, problem, tileProblem, arrived, queue, playing, compared, heard, looping, duration,
    pictureOf, tiles, put, follow, setCurve, retry,
    putChanged: (next: LibrarySound) => {
      if (next.id === sound.value?.id) put(next)
      others.value = others.value.map((each) => (each.id === next.id ? next : each))
    },
  }
})
