import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { setLanguage } from '@/locales'
import { listen } from './events'
import { useModulation } from './modulation'
import { usePlayback } from './playback'
import { useShelf } from './shelf'
import { useToasts } from './toasts'
import { useTranscript } from './transcript'
import { useVoice } from './voice'
import { useVoiceSource } from './voiceSource'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

async function open(query = '') {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams(query)))
  setLanguage('en')
  await listen()
  await useShelf().load()
}
async function voices(query = '') {
  await open(query)
  await useVoice().load()
  return useVoice()
}

describe('the voices', () => {
  it('begin with one of the language of the studio', async () => {
    const voice = await voices()
    expect(voice.voices).toHaveLength(32)
    expect(voice.voice?.language).toBe('en')
    setLanguage('es')
    voice.chosen = null
    await voice.load()
    expect(voice.voice?.language).toBe('es')
    expect([voice.found[0]?.language, voice.found.at(-1)?.language, voice.found.length]).toEqual(['es', 'en', 32])
  })

  it('tell what they lack, which for Spanish is less, and stop lacking it once it is here', async () => {
    const voice = await voices('voice=missing')
    expect(voice.lacking('speak').map(({ id }) => id)).toEqual(['kokoro', 'kokoro-voices', 'english'])
    voice.choose('em_alex')
    expect(voice.lacking('speak').map(({ id }) => id)).toEqual(['kokoro', 'kokoro-voices'])
    expect(voice.lacking('listen').map(({ id }) => id)).toEqual(['whisper-base', 'silero-vad'])
    expect(voice.voice?.ready).toBe(false)
    await voice.fetch('kokoro')
    await voice.fetch('kokoro-voices')
    await pass(5000)
    expect(voice.lacking('speak')).toEqual([])
    expect(voice.voice?.ready).toBe(true)
  })

  it('can be asked for again when they could not be listed', async () => {
    const voice = await voices('voice=failing')
    expect(voice.problem?.message).toContain('could not be listed')
    await voice.load()
    expect([voice.problem, voice.voices?.length]).toEqual([null, 32])
  })
})

describe('a text', () => {
  it('is spoken as everything was set, without rows of the dictionary that are not whole', async () => {
    const voice = await voices()
    voice.text = 'Good evening. This is Son1k.'
    voice.settings.style = 0.4
    voice.manner.loudness = null
    voice.dictionary = [{ word: 'Son1k', says: 'sonic' }, { word: 'x', says: '' }]
    const speak = vi.spyOn(ipc, 'speak')
    await voice.speak()
    expect(speak).toHaveBeenCalledWith({
      text: 'Good evening. This is Son1k.', voice: 'af_heart', settings: { style: 0.4, stability: 1, similarity_boost: 0.5, use_speaker_boost: true }, speed: 1, pauses: 1, loudness: null, dictionary: [{ word: 'Son1k', says: 'sonic' }],
    })
    await pass(6000)
    expect(voice.spoken).toHaveLength(1)
    expect(voice.spoken[0]!.phrases.map(({ text }) => text)).toEqual(['Good evening.', 'This is Son1k.'])
    expect(voice.spoken[0]!.row.name).toContain('Heart')
  })

  it('is not spoken while it is empty, too long, or a model is missing', async () => {
    const voice = await voices()
    const speak = vi.spyOn(ipc, 'speak')
    await voice.speak()
    voice.text = 'a'.repeat(50_001)
    expect(voice.overlong).toBe(true)
    await voice.speak()
    voice.text = 'a'
    useShelf().shelf!.models.find(({ id }) => id === 'kokoro')!.state = { state: 'missing' }
    expect(voice.blocked).toBe(true)
    await voice.speak()
    expect(speak).not.toHaveBeenCalled()
  })

  it('goes back to what a voice is delivered with', async () => {
    const voice = await voices()
    expect(voice.delivered).toBe(true)
    voice.settings.use_speaker_boost = false
    voice.manner.speed = 1.3
    expect(voice.delivered).toBe(false)
    voice.restore()
    expect([voice.delivered, voice.manner.speed, voice.settings.use_speaker_boost]).toEqual([true, 1, true])
  })
})

describe('trying', () => {
  it('lets a voice introduce itself, and is quiet when asked again', async () => {
    const voice = await voices()
    const dora = voice.voices!.find(({ id }) => id === 'ef_dora')!
    const preview = vi.spyOn(ipc, 'previewVoice')
    await voice.tryVoice(dora)
    expect(preview.mock.calls[0]![0]).toMatchObject({ voice: 'ef_dora', text: expect.stringContaining('Hola, soy Dora') })
    expect(voice.trial).toEqual({ of: 'ef_dora', state: 'heard' })
    await voice.tryVoice(dora)
    expect([voice.trial, usePlayback().playing]).toEqual([null, false])
  })

  it('lets what is marked be heard, or all of the text, and ends by itself', async () => {
    const voice = await voices()
    voice.text = 'One sentence. And another.'
    const preview = vi.spyOn(ipc, 'previewVoice')
    await voice.tryText('And another.')
    expect(preview.mock.calls[0]![0].text).toBe('And another.')
    await usePlayback().pause()
    await pass(0)
    expect(voice.trial).toBeNull()
    await voice.tryText()
    expect(preview.mock.calls[1]![0].text).toBe('One sentence. And another.')
  })

  it('finds the first phrase spoken already, once at a time and as it was written last', async () => {
    const voice = await voices()
    let end = () => {}
    const prepare = vi.spyOn(ipc, 'prepareVoice').mockImplementation(() => new Promise<void>((done) => { end = done }))
    const words = () => prepare.mock.calls.map(([{ text }]) => text)
    for (const text of ['One', 'One two', 'One two three']) {
      voice.text = text
      void voice.prepare()
    }
    expect(words()).toEqual(['One'])
    end()
    await pass(0)
    expect(words()).toEqual(['One', 'One two three'])
    end()
    await pass(0)
    expect(words()).toHaveLength(2)
    prepare.mockRejectedValue(new Error('no memory'))
    await voice.prepare()
    expect([words().length, useToasts().list]).toEqual([3, []])
    await voice.tryText()
    expect(voice.next).toBeNull()
  })

  it('tells why nothing is heard', async () => {
    const voice = await voices('fake=mute')
    voice.text = 'Anybody there?'
    await voice.tryText()
    expect([voice.trial, useToasts().list[0]!.hint]).toEqual([null, 'Connect headphones or speakers, then choose them in Settings.'])
  })
})

describe('the sound that is worked on', () => {
  it('is the one that was just brought in', async () => {
    await open()
    const source = useVoiceSource()
    await source.take(['/home/music/interview.wav'])
    expect(source.coming).not.toBeNull()
    await pass(6000)
    expect([source.coming, source.sound?.name]).toEqual([null, 'interview.wav'])
  })

  it('is the known one when it was there already', async () => {
    await open()
    const source = useVoiceSource()
    const known = await ipc.getSound('sound-4')
    await source.take([known.path])
    await pass(6000)
    expect(source.sound?.id).toBe('sound-4')
  })
})

describe('a transcript', () => {
  async function heard(query = 'voice=heard') {
    await open(query)
    const transcript = useTranscript()
    await transcript.open('sound-2')
    return transcript
  }

  it('is heard, and shown with the language and what is unsure', async () => {
    const transcript = await heard('')
    expect(transcript.transcript).toBeNull()
    await transcript.hear()
    await pass(6000)
    expect(transcript.lines).toHaveLength(5)
    expect(transcript.counts.unsure).toBeGreaterThan(0)
    expect(transcript.transcript?.language).toBe('en')
  })

  it('is empty, and not unknown, when nobody speaks', async () => {
    const transcript = await heard('voice=nobody')
    await transcript.hear()
    await pass(6000)
    expect([transcript.lines.length, transcript.transcript?.language]).toEqual([0, null])
  })

  it('keeps each change at once, and takes it back', async () => {
    const transcript = await heard()
    const keep = vi.spyOn(ipc, 'setTranscript')
    const before = transcript.lines
    await transcript.split({ line: 0, word: 2 })
    expect(transcript.lines).toHaveLength(6)
    await transcript.write(0, 'Every night')
    expect(keep.mock.calls[1]![0]).toMatchObject({ sound: 'sound-2', edited: true })
    expect(transcript.lines[0]!.text).toBe('Every night')
    await transcript.undo()
    await transcript.undo()
    expect(transcript.lines).toEqual(before)
    await transcript.redo()
    expect(transcript.lines).toHaveLength(6)
  })

  it('asks before what somebody has mended is heard anew', async () => {
    const transcript = await heard()
    const hear = vi.spyOn(ipc, 'hearSpeech')
    await transcript.join(0)
    await transcript.hear()
    expect([transcript.asking, hear.mock.calls.length]).toEqual([true, 0])
    await transcript.begin()
    await pass(6000)
    expect([transcript.asking, transcript.lines.length, transcript.past.length]).toEqual([false, 5, 0])
  })

  it('writes a file under the name of its format', async () => {
    const transcript = await heard()
    const write = vi.spyOn(ipc, 'exportTranscript')
    expect(await transcript.exportAs('srt', 'interview', 'Subtitles')).toBe('/home/music/interview.srt')
    expect(write).toHaveBeenCalledWith('sound-2', 'srt', '/home/music/interview.srt')
  })
})

describe('a changed voice', () => {
  it('begins with a preset, and knows when it is no longer as that says', async () => {
    await open()
    const modulation = useModulation()
    await modulation.load()
    expect([modulation.presets!.length, modulation.choice]).toEqual([16, 'deeper'])
    modulation.change({ pitch: -7 })
    expect([modulation.altered, modulation.conversion!.formants]).toEqual([true, -2])
    modulation.restore()
    expect([modulation.altered, modulation.conversion!.pitch]).toEqual([false, -4])
  })

  it('is a new sound, told apart from a cleaned one', async () => {
    await open()
    const modulation = useModulation()
    await modulation.load()
    await modulation.render('sound-2')
    await ipc.cleanSound('sound-2', { declick: true, hum: null, denoise: null, trim: false, fade_in: 0, fade_out: 0 })
    await pass(6000)
    expect(modulation.made).toHaveLength(1)
    expect(modulation.latest?.original?.id).toBe('sound-2')
    expect(modulation.latest?.row.name).toContain('(changed)')
  })

  it('is tried against the sound as it is', async () => {
    await open()
    const modulation = useModulation()
    await modulation.load()
    await modulation.preview('sound-2')
    await pass(0)
    expect(usePlayback().queue?.compared?.side).toBe('b')
  })
})
