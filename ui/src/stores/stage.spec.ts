import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { AppError, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { listen } from './events'
import { useLibrary } from './library'
import { usePicked } from './picked'
import { usePlayback } from './playback'
import { useProject } from './project'
import { useSession } from './session'
import { useStage } from './stage'
import { useToasts } from './toasts'
import { useTransport } from './transport'

const settled = async () => {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve()
  await nextTick()
}
/** Longer than the rest after which a picked sound comes on the stage. */
const rested = () => new Promise((done) => setTimeout(done, 170))

async function open(query = '') {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams(query)))
  vi.spyOn(ipc, 'watchMeters').mockResolvedValue(undefined)
  await listen()
  await Promise.all([useLibrary().load(), usePlayback().load(), useProject().load()])
  useStage()
}

beforeEach(() => open())
afterEach(() => usePicked().none())

describe('the queue', () => {
  it('is what was played, from the one that was asked for', async () => {
    const playback = usePlayback()
    await playback.playSounds(['sound-0', 'sound-1', 'sound-2'], 1)
    expect(playback.queue).toMatchObject({ current: 1, crossfade: 0, repeat: false, speed: 1 })
    expect(playback.playing).toBe(true)
    await playback.next()
    expect(playback.queue!.current).toBe(2)
    await playback.previous()
    expect(playback.queue!.current).toBe(1)
  })

  it('takes more at its end, and lets go of what is heard without stopping', async () => {
    const playback = usePlayback()
    await playback.playSounds(['sound-0', 'sound-1'], 0)
    await playback.queueSounds(['sound-3'])
    expect(playback.queue!.entries.map(({ sound }) => sound)).toEqual(['sound-0', 'sound-1', 'sound-3'])
    await playback.unqueue(0)
    expect(playback.queue).toMatchObject({ current: 0 })
    expect(playback.queue!.entries[0]!.sound).toBe('sound-1')
    expect(playback.playing).toBe(true)
  })

  it('is cleared with what is heard last, so that nothing else begins meanwhile', async () => {
    const playback = usePlayback()
    await playback.playSounds(['sound-0', 'sound-1', 'sound-2', 'sound-3'], 2)
    const heard: (string | null | undefined)[] = []
    await ipc.onEvent((event) => { if (event.type === 'playback_changed') heard.push(event.data.queue?.entries[event.data.queue.current]?.sound) })
    await playback.clearQueue()
    expect(playback.queue).toBeNull()
    expect(playback.now.state).toBe('empty')
    expect([...new Set(heard)]).toEqual(['sound-2', undefined])
  })

  it('is cleared at once when two are compared', async () => {
    const playback = usePlayback()
    await playback.compare('sound-3', 'sound-5')
    await playback.clearQueue()
    expect(playback.queue).toBeNull()
    expect(useToasts().list).toEqual([])
  })

  it('goes through the usual speeds, and not past the last', async () => {
    const playback = usePlayback()
    await playback.stepSpeed(1)
    expect(playback.queue).toBeNull()
    await playback.playSounds(['sound-0'], 0)
    await playback.stepSpeed(1)
    expect(playback.queue!.speed).toBe(1.1)
    await playback.setSpeed(4)
    await playback.stepSpeed(1)
    expect(playback.queue!.speed).toBe(4)
    await playback.setSpeed(0.6)
    await playback.stepSpeed(-1)
    expect(playback.queue!.speed).toBe(0.5)
  })

  it('says why nothing is heard without an output', async () => {
    await open('fake=mute')
    expect(await usePlayback().playSounds(['sound-0'], 0)).toBeUndefined()
    expect(useToasts().list[0]).toMatchObject({ tone: 'problem', hint: 'Connect headphones or speakers, then choose them in Settings.' })
  })
})

describe('the stage', () => {
  it('shows what is picked after a rest, and nothing of the rows that were passed', async () => {
    const [stage, picked] = [useStage(), usePicked()]
    for (const row of [0, 1, 2, 3]) picked.go(row)
    expect(stage.sound).toBeNull()
    await rested()
    expect(stage.sound?.id).toBe('sound-3')
  })

  it('goes along with the queue while it shows what plays', async () => {
    const [stage, playback] = [useStage(), usePlayback()]
    await playback.playSounds(['sound-0', 'sound-1'], 0)
    await settled()
    expect(stage.sound?.id).toBe('sound-0')
    await playback.next()
    await settled()
    expect(stage.sound?.id).toBe('sound-1')
    expect(stage.heard).toBe(true)
  })

  it('stays with what somebody looks at while something else plays on', async () => {
    const [stage, playback, picked] = [useStage(), usePlayback(), usePicked()]
    await playback.playSounds(['sound-0', 'sound-1'], 0)
    await settled()
    picked.go(5)
    await rested()
    await playback.next()
    await settled()
    expect(stage.sound?.id).toBe('sound-5')
    expect(stage.heard).toBe(false)
    await stage.follow()
    expect(stage.sound?.id).toBe('sound-1')
  })

  it('forgets the selection with the sound, and takes over the loop of the queue', async () => {
    const [stage, playback] = [useStage(), usePlayback()]
    await playback.playSounds(['sound-0', 'sound-1'], 0)
    await settled()
    await playback.loop({ from: 2, to: 4 })
    await settled()
    expect(stage.selection).toEqual({ from: 2, to: 4 })
    expect(stage.looping).toBe(true)
    await playback.next()
    await settled()
    expect(stage.selection).toBeNull()
    expect(stage.looping).toBe(false)
  })

  it('asks for the waveform and the loudness of what it shows, and keeps the pictures of the last few', async () => {
    const [stage, picked] = [useStage(), usePicked()]
    const wave = vi.spyOn(ipc, 'getSoundWave')
    picked.go(2)
    await rested()
    const picture = stage.pictureOf(stage.sound!)
    picture.waves.want(0, 10, 50)
    await settled()
    expect(wave).toHaveBeenCalledWith('sound-2', 0, stage.duration, 4096)
    expect(stage.curve?.spacing).toBe(0.1)
    expect(stage.pictureOf(stage.sound!)).toBe(picture)
  })

  it('tells what cannot be read, and reads it when asked again', async () => {
    await open('see=failing')
    const [stage, picked] = [useStage(), usePicked()]
    picked.go(2)
    await rested()
    const { waves } = stage.pictureOf(stage.sound!)
    waves.want(0, 10, 50)
    await settled()
    expect(stage.problem).toBeInstanceOf(AppError)
    expect(stage.problem!.hint).toContain('copy it again')
    stage.retry()
    waves.want(0, 10, 50)
    await settled()
    expect(stage.problem).toBeNull()
    expect(waves.known).toBe(true)
  })

  it('drops its pictures when the file is found at another place', async () => {
    const [stage, picked] = [useStage(), usePicked()]
    picked.go(9)
    await rested()
    expect(stage.sound?.state).toBe('missing')
    const before = stage.pictureOf(stage.sound!)
    await ipc.relinkSound('sound-9', '/elsewhere/found.wav')
    expect(stage.sound?.state).toBe('present')
    expect(stage.pictureOf(stage.sound!)).not.toBe(before)
  })
})

describe('a comparison', () => {
  it('plays both at the loudness of the quieter one, and switches at the same place', async () => {
    const [stage, playback] = [useStage(), usePlayback()]
    await playback.compare('sound-3', 'sound-5')
    await settled()
    expect(stage.others.map(({ id }) => id)).toEqual(['sound-3', 'sound-5'])
    const [a, b] = stage.compared!.gains
    expect(Math.max(a, b)).toBe(0)
    expect(Math.min(a, b)).toBeLessThan(0)
    await playback.hear('b')
    expect(playback.queue).toMatchObject({ current: 1, compared: { side: 'b' } })
  })

  it('ends with the side that is heard, where it was, and as still as it was', async () => {
    const playback = usePlayback()
    await playback.compare('sound-3', 'sound-5')
    await playback.hear('b')
    await playback.seek(7)
    await playback.pause()
    const seek = vi.spyOn(ipc, 'seek')
    await playback.endCompare()
    expect(playback.queue!.compared).toBeNull()
    expect(playback.queue!.entries.map(({ sound }) => sound)).toEqual(['sound-5'])
    expect(seek).toHaveBeenCalledWith(7)
    expect(playback.playing).toBe(false)
  })
})

describe('play', () => {
  it('means the song in Ghost Studio, even while sounds of the library play', async () => {
    await open('fake=demo')
    const [playback, session, transport] = [usePlayback(), useSession(), useTransport()]
    const take = useProject().open!.current
    await playback.playSounds(['sound-0'], 0)
    session.room = 'ghost'
    await transport.playPause()
    expect(playback.now).toMatchObject({ take, queue: null, state: 'playing' })
    await transport.playPause()
    expect(playback.playing).toBe(false)
  })

  it('pauses when its button shows a pause, whichever room is open', async () => {
    await open('fake=demo')
    const [playback, session, transport] = [usePlayback(), useSession(), useTransport()]
    await playback.playSounds(['sound-0'], 0)
    session.room = 'ghost'
    await transport.press()
    expect(playback.queue).not.toBeNull()
    expect(playback.playing).toBe(false)
    expect(transport.upcoming?.name).toBe(useProject().current!.title)
  })

  it('means the sound on the stage in the Audio room, until a queue is there', async () => {
    await open('fake=demo')
    const [playback, session, transport, picked] = [usePlayback(), useSession(), useTransport(), usePicked()]
    session.room = 'audio'
    picked.go(4)
    await rested()
    expect(transport.upcoming?.name).toBe(picked.sound!.tags.title || picked.sound!.name)
    await transport.playPause()
    expect(playback.queue!.entries.map(({ sound }) => sound)).toEqual(['sound-4'])
    picked.go(5)
    await rested()
    await transport.playPause()
    expect(playback.queue!.entries[0]!.sound).toBe('sound-4')
    expect(playback.playing).toBe(false)
  })
})
