import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { setLanguage } from '@/locales'
import { listen } from './events'
import { useJobs } from './jobs'
import { usePlayback } from './playback'
import { useProfiles } from './profiles'
import { useRecorder } from './recorder'
import { useShelf } from './shelf'
import { useToasts } from './toasts'
import { useVoice } from './voice'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)
const SOUNDS = { name: 'Sounds', extensions: ['wav'] }

async function open(query = 'profiles=demo') {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams(query)))
  setLanguage('en')
  await listen()
  await useShelf().load()
  const profiles = useProfiles()
  await profiles.load()
  return profiles
}

describe('the profiles', () => {
  it('are listed, and the first is open', async () => {
    const profiles = await open()
    expect(profiles.list!.map(({ name }) => name)).toEqual(['Mi voz', 'Ana'])
    expect(profiles.profile?.name).toBe('Mi voz')
  })

  it('can be asked for again when they could not be listed', async () => {
    const profiles = await open('profiles=failing')
    expect([profiles.list, profiles.problem?.message]).toEqual([null, 'the profiles could not be listed'])
    await profiles.load()
    expect([profiles.list, profiles.problem]).toEqual([[], null])
  })

  it('are named before files that were dropped become the samples of a new one', async () => {
    const profiles = await open('')
    await profiles.addFiles(['/home/music/a.wav', '/home/music/b.wav'])
    expect(profiles.naming?.files).toHaveLength(2)
    await profiles.create(' Ana ', 'es', false)
    expect([profiles.profile?.name, profiles.profile?.samples.length, profiles.naming]).toEqual(['Ana', 2, null])
  })

  it('are changed, and where one is deleted the next is open', async () => {
    const profiles = await open()
    await profiles.change(profiles.chosen!, { notes: 'in the morning' })
    expect(profiles.profile?.notes).toBe('in the morning')
    await profiles.remove(profiles.chosen!)
    expect([profiles.list!.length, profiles.profile?.name]).toEqual([1, 'Ana'])
  })

  it('come from a file and go to one', async () => {
    const profiles = await open('')
    await profiles.addFiles(['/home/music/Berta.son1kvoice'])
    expect([profiles.profile?.name, profiles.profile?.samples.length]).toEqual(['Berta', 1])
    const write = vi.spyOn(ipc, 'exportProfile')
    expect(await profiles.exportTo(profiles.profile!, SOUNDS)).toBe('/home/music/Berta.son1kvoice')
    expect(write).toHaveBeenCalledWith(profiles.chosen, '/home/music/Berta.son1kvoice')
  })
})

describe('samples', () => {
  it('that are refused are told of, and the others are added', async () => {
    const profiles = await open()
    vi.spyOn(ipc, 'pickFiles').mockResolvedValue(['/home/music/one.wav', '/home/music/notes.pdf'])
    await profiles.chooseFiles(SOUNDS)
    expect(profiles.profile!.samples.map(({ name }) => name)).toContain('one.wav')
    expect(useToasts().list[0]!.text).toContain('notes.pdf')
    expect(profiles.adding[profiles.chosen!]).toBe(0)
  })

  it('are cleaned and brought back, which takes the closest voice away', async () => {
    const profiles = await open()
    const quiet = profiles.profile!.samples[1]!
    await profiles.clean(quiet.id)
    expect([profiles.profile!.samples[1]!.cleaned, profiles.profile!.samples[1]!.checks[0]!.verdict, profiles.profile!.closest]).toEqual([true, 'good', null])
    await profiles.restore(quiet.id)
    expect([profiles.profile!.samples[1]!.checks, profiles.working]).toEqual([quiet.checks, []])
  })

  it('are heard until they end, and quiet when asked again', async () => {
    const profiles = await open()
    const [first] = profiles.profile!.samples
    await profiles.play(first!.id)
    expect(profiles.heard).toEqual({ sample: first!.id, state: 'heard' })
    await profiles.play(first!.id)
    expect([profiles.heard, usePlayback().playing]).toEqual([null, false])
    await profiles.play(first!.id)
    await usePlayback().pause()
    await pass(0)
    expect(profiles.heard).toBeNull()
  })

  it('come from a take that was begun here, and from no other', async () => {
    const profiles = await open()
    const recorder = useRecorder()
    const before = profiles.profile!.samples.length
    const take = async (place: 'audio' | 'voice') => {
      await recorder.open(place)
      await recorder.change({ count_in_beats: 0 })
      await recorder.record()
      await pass(2000)
      await recorder.stop()
      await pass(0)
    }
    await take('audio')
    expect(profiles.profile!.samples).toHaveLength(before)
    await take('voice')
    expect(profiles.profile!.samples).toHaveLength(before + 1)
    expect(profiles.profile!.samples.at(-1)!.name).toBe('Take 2.wav')
  })
})

describe('the closest voice', () => {
  it('is found by a job, kept in the profile, and can speak', async () => {
    const profiles = await open()
    const voice = useVoice()
    await voice.load()
    expect(voice.voices!.at(-1)).toMatchObject({ name: 'Mi voz', ready: true })
    await profiles.clean(profiles.profile!.samples[0]!.id)
    await pass(0)
    expect(voice.voices!.some(({ name }) => name === 'Mi voz')).toBe(false)
    await profiles.findClosest()
    expect(useJobs().active[0]!.work).toEqual({ kind: 'find_closest', profile: profiles.chosen })
    await pass(6000)
    expect(profiles.found?.name).toBe('Mi voz')
    expect(profiles.profile!.closest!.similarity).toBeGreaterThan(profiles.profile!.closest!.similarity_before)
    expect(voice.voices!.at(-1)!.id).toBe(profiles.voiceOf(profiles.chosen!))
  })

  it('of somebody else waits for the consent, and goes on once it is given', async () => {
    const profiles = await open()
    profiles.chosen = profiles.list![1]!.id
    await profiles.findClosest()
    expect([profiles.asked?.name, useJobs().active.length, useToasts().list.length]).toEqual(['Ana', 0, 0])
    await profiles.consent('Ana Ruiz', 'a song')
    expect(profiles.profile!.consent).toEqual([{ person: 'Ana Ruiz', purpose: 'a song', date: '2026-11-22', sample: profiles.profile!.samples[0]!.sha256 }])
    expect([profiles.asked, useJobs().active.length]).toEqual([null, 1])
    await pass(6000)
    expect(profiles.profile!.closest).not.toBeNull()
  })

  it('is not spoken with once the consent is withdrawn, until it is given again', async () => {
    const profiles = await open()
    const voice = useVoice()
    profiles.chosen = profiles.list![1]!.id
    profiles.needConsent(profiles.chosen)
    await profiles.consent('Ana', 'a song')
    await profiles.findClosest()
    await pass(6000)
    await profiles.withdraw(profiles.chosen)
    await voice.load()
    voice.choose(profiles.voiceOf(profiles.chosen))
    expect(voice.voice?.ready).toBe(false)
    voice.text = 'Good evening.'
    await voice.speak()
    expect(profiles.asked?.name).toBe('Ana')
    await profiles.consent('Ana', 'another song')
    await pass(6000)
    expect(voice.spoken[0]!.row.name).toContain('Ana')
  })

  it('that cannot be looked for says why', async () => {
    const profiles = await open()
    vi.spyOn(ipc, 'findClosestVoice').mockRejectedValue(new AppError('invalid_field', 'no sample that can be used', 'Add a recording.'))
    await profiles.findClosest()
    expect([useToasts().list[0]!.hint, profiles.seeking, profiles.asking]).toEqual(['Add a recording.', false, null])
  })

  it('lacks its models in the language of the profile', async () => {
    const profiles = await open('profiles=demo&voice=missing')
    expect(profiles.lackingToListen.map(({ id }) => id)).toEqual(['silero-vad', 'resemblyzer'])
    expect(profiles.lackingToMatch.map(({ id }) => id)).not.toContain('english')
    profiles.chosen = profiles.list![1]!.id
    expect(profiles.lackingToMatch.map(({ id }) => id)).toContain('english')
  })
})

describe('a blend', () => {
  it('begins with the voice that is chosen, follows the hand, and speaks', async () => {
    await open('')
    const voice = useVoice()
    await voice.load()
    voice.beginBlend()
    expect([voice.chosen, voice.voice?.name]).toEqual(['af_heart*0.5+af_alloy*0.5', 'Heart + Alloy'])
    voice.setBlend([{ voice: 'af_heart', weight: 0.6 }, { voice: 'af_bella', weight: 0.4 }])
    voice.text = 'Two voices as one.'
    const speak = vi.spyOn(ipc, 'speak')
    await voice.speak()
    expect(speak.mock.calls[0]![0].voice).toBe('af_heart*0.6+af_bella*0.4')
    await pass(6000)
    expect(voice.spoken[0]!.row.name).toContain('Heart + Bella')
    voice.setBlend([])
    expect(voice.chosen).toBe('af_heart')
  })

  it('moves on beside another voice that is chosen', async () => {
    await open('')
    const voice = useVoice()
    await voice.load()
    voice.beginBlend()
    voice.choose('am_adam')
    voice.setBlend([{ voice: 'af_heart', weight: 0.9 }, { voice: 'af_bella', weight: 0.1 }])
    expect(voice.chosen).toBe('am_adam')
  })
})
