import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, KeepAlive, ref } from 'vue'
import { useShortcuts } from '@/composables/useShortcuts'
import { type Drag, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { listen } from '@/stores/events'
import { useJobs } from '@/stores/jobs'
import { useModulation } from '@/stores/modulation'
import { usePlayback } from '@/stores/playback'
import { useProfiles } from '@/stores/profiles'
import { useSession } from '@/stores/session'
import { useShelf } from '@/stores/shelf'
import { useToasts } from '@/stores/toasts'
import { useVoice } from '@/stores/voice'
import { useVoiceSource } from '@/stores/voiceSource'
import VoiceStudio from './VoiceStudio.vue'

// The shared loop of pictures outlives the clock of one test.
vi.mock('@/composables/useFrame', async () => {
  const { onMounted, onUnmounted } = await import('vue')
  return {
    useFrame: (callback: (now: number) => void) => {
      let timer: ReturnType<typeof setInterval> | undefined
      onMounted(() => { timer = setInterval(() => callback(performance.now()), 16) })
      onUnmounted(() => clearInterval(timer))
    },
  }
})

let page: VueWrapper
let drag: (event: Drag) => void

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
})

const pass = async (milliseconds: number) => {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await flushPromises()
}
const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
const all = (id: string) => [...document.querySelectorAll<HTMLElement>(`[data-testid=${id}]`)]
const text = (id: string) => find(id)?.textContent ?? ''
async function press(id: string) {
  find(id)!.click()
  await pass(0)
}
const key = (name: string, part: KeyboardEventInit = {}, target: EventTarget = document.activeElement ?? document.body) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...part }))
  return pass(30)
}
async function write(id: string, value: string) {
  const field = find(id) as HTMLInputElement
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await pass(0)
}

async function room(query = '', language: 'en' | 'es' = 'en') {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams(query)))
  vi.spyOn(ipc, 'onDrag').mockImplementation(async (tell) => { drag = tell; return () => undefined })
  await listen()
  setLanguage(language)
  useSession().room = 'voice'
  await Promise.all([usePlayback().load(), useShelf().load()])
  const frame = { setup: () => { useShortcuts(ref({})); return () => h(KeepAlive, null, { default: () => h(VoiceStudio) }) } }
  page = mount({ render: () => h(TooltipProvider, null, { default: () => h(frame) }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
  await pass(50)
}
async function listening(query = 'voice=heard') {
  await room(query)
  await key('l', { ctrlKey: true })
  await press('voice-sound-sound-0')
  await pass(50)
}

describe('the room of voices', () => {
  it('goes from mode to mode by its keys, and by the arrows on the row', async () => {
    await room()
    const mode = () => find('voice-room')!.dataset.mode
    await key('m', { ctrlKey: true })
    expect(mode()).toBe('modulate')
    await key('t', { ctrlKey: true })
    expect(mode()).toBe('speak')
    expect(document.activeElement).toBe(find('speech-text'))
    find('mode-speak')!.focus()
    await key('ArrowRight')
    expect([mode(), document.activeElement]).toEqual(['listen', find('mode-listen')])
  })

  it('takes a dropped sound to be listened to, and a dropped text to be spoken', async () => {
    await room()
    drag({ kind: 'dropped', paths: ['/home/music/talk.wav'] })
    await pass(6000)
    expect([useVoice().mode, useVoiceSource().sound?.name]).toEqual(['listen', 'talk.wav'])
    drag({ kind: 'entered', paths: ['/home/music/words.txt'] })
    await pass(0)
    expect(find('drop-text')).not.toBeNull()
    drag({ kind: 'dropped', paths: ['/home/music/words.txt'] })
    await pass(0)
    expect([useVoice().mode, useVoice().text]).toEqual(['speak', 'Sube la noche por la azotea…'])
  })

  it('brings a file in by its key, and chooses it', async () => {
    await room()
    await key('m', { ctrlKey: true })
    vi.spyOn(ipc, 'pickFile').mockResolvedValue('/home/music/line.flac')
    await key('u', { ctrlKey: true })
    await pass(6000)
    expect([useVoice().mode, useVoiceSource().sound?.name]).toEqual(['modulate', 'line.flac'])
  })
})

describe('speaking', () => {
  it('prepares what rests for a moment, unless something else is made', async () => {
    await room()
    const prepare = vi.spyOn(ipc, 'prepareVoice')
    await write('speech-text', 'Good')
    await pass(200)
    await write('speech-text', 'Good evening.')
    await pass(300)
    expect(prepare).not.toHaveBeenCalled()
    await pass(200)
    expect(prepare.mock.calls.map(([{ text }]) => text)).toEqual(['Good evening.'])
    await press('speak')
    await write('speech-text', 'Good morning.')
    await pass(500)
    expect([useJobs().active.length, prepare.mock.calls.length]).toEqual([1, 1])
    await pass(6000)
    expect(prepare.mock.calls.at(-1)![0].text).toBe('Good morning.')
  })

  it('counts what is written, and says how long it takes', async () => {
    await room()
    await write('speech-text', 'x'.repeat(1450))
    expect(text('speech-count')).toContain('1,450 / 50,000')
    expect(text('speech-time')).toContain('1:40')
    await write('speech-text', 'x'.repeat(50_002))
    expect(text('speech-count')).toContain('2 too many')
    expect(find('speak')!.getAttribute('aria-disabled')).toBe('true')
  })

  it('chooses a voice with the arrows among those that are found', async () => {
    await room()
    expect(text('voice-count')).toBe('32')
    await press('voice-language-es')
    expect(text('voice-count')).toBe('3 / 32')
    expect(find('voice-ef_dora')!.tabIndex).toBe(0)
    find('voice-ef_dora')!.focus()
    await key('ArrowDown')
    expect([useVoice().chosen, document.activeElement]).toEqual(['em_alex', find('voice-em_alex')])
    await write('voice-search', 'zzz')
    expect(find('voice-none')).not.toBeNull()
  })

  it('speaks with Ctrl+Enter, lists it, and lights the phrase that is said', async () => {
    await room()
    await write('speech-text', 'The first sentence. And the second one.')
    await key('Enter', { ctrlKey: true }, find('speech-text')!)
    expect(text('voice-jobs')).toContain('The first sentence')
    await pass(6000)
    expect(text('spoken-phrases')).toContain('And the second one.')
    await press('spoken-play')
    await pass(300)
    expect(find('spoken')!.dataset.said).toBe('0')
    await pass(1500)
    expect(find('spoken')!.dataset.said).toBe('1')
  })

  it('asks for the text first when there is none', async () => {
    await room()
    const speak = vi.spyOn(ipc, 'speak')
    await key('Enter', { ctrlKey: true }, document.body)
    expect(speak).not.toHaveBeenCalled()
    expect(document.activeElement).toBe(find('speech-text'))
  })

  it('moves the settings in steps, says what is heard of them, and restores them', async () => {
    await room()
    await write('setting-style', '0.35')
    await write('setting-speed', '1.2')
    expect([useVoice().settings.style, useVoice().manner.speed]).toEqual([0.35, 1.2])
    expect(document.body.textContent).toContain('pace and melody vary from phrase to phrase')
    await press('voice-restore')
    expect([useVoice().settings.style, useVoice().manner.speed, (find('voice-restore') as HTMLButtonElement).disabled]).toEqual([0.15, 1, true])
  })

  it('writes a dictionary with the keys alone', async () => {
    await room()
    await press('dictionary-add')
    expect(document.activeElement).toBe(find('dictionary-word'))
    await write('dictionary-word', 'Son1k')
    await write('dictionary-says', 'sonic')
    await key('Enter', {}, find('dictionary-says')!)
    expect(all('dictionary-row')).toHaveLength(2)
    expect(document.activeElement).toBe(all('dictionary-word')[1])
    all('dictionary-remove')[1]!.click()
    await pass(0)
    expect(useVoice().dictionary).toEqual([{ word: 'Son1k', says: 'sonic' }])
  })

  it('names the models that are missing, with their size, and gets them', async () => {
    await room('voice=missing')
    expect(text('cleaning-models')).toContain('Kokoro-82M')
    expect(text('cleaning-models')).toContain('88 MB')
    expect((find('voice-hear-af_heart') as HTMLButtonElement).disabled).toBe(true)
    for (const id of ['kokoro', 'kokoro-voices', 'english']) await press(`cleaning-fetch-${id}`)
    await pass(6000)
    expect(find('cleaning-models')).toBeNull()
    expect((find('voice-hear-af_heart') as HTMLButtonElement).disabled).toBe(false)
  })

  it('says why a model could not be fetched, and tries again', async () => {
    await room('voice=missing')
    const problem = { code: 'download_failed' as const, message: 'could not reach the source', hint: 'Connect to the internet, then try again.' }
    useJobs().put({ id: 'job-off', work: { kind: 'fetch_model', model: 'kokoro' }, priority: 'pro', state: 'failed', stage: 'downloading', progress: 0, attempt: 3, problem, created_ms: Date.now(), started_ms: null, finished_ms: Date.now() })
    await pass(0)
    expect(text('voice-jobs')).toContain('Kokoro-82M')
    expect(text('voice-jobs')).toContain('Connect to the internet')
    const retry = vi.spyOn(ipc, 'retryJob').mockResolvedValue(null)
    await press('job-retry')
    expect(retry).toHaveBeenCalledWith('job-off')
  })

  it('says that the voices could not be listed, and tries again', async () => {
    await room('voice=failing')
    expect(text('voice-problem')).toContain('could not be listed')
    await press('voice-again')
    await pass(0)
    expect(find('voice-af_heart')).not.toBeNull()
  })

  it('takes what was spoken to the other modes and to the library', async () => {
    await room()
    await write('speech-text', 'One line.')
    await press('speak')
    await pass(6000)
    await press('spoken-modulate')
    expect([useVoice().mode, useVoiceSource().sound?.name]).toEqual(['modulate', 'Heart 1.wav'])
    await key('t', { ctrlKey: true })
    await press('spoken-library')
    await pass(300)
    expect(useSession().room).toBe('audio')
  })
})

describe('listening', () => {
  it('invites until a sound is chosen, then says that nothing is written yet', async () => {
    await room()
    await key('l', { ctrlKey: true })
    expect(find('transcript-choose')).not.toBeNull()
    await press('voice-sound-sound-0')
    await pass(50)
    expect(find('transcript-none')).not.toBeNull()
    await key('Enter', { ctrlKey: true }, document.body)
    expect(find('voice-jobs')).not.toBeNull()
    await pass(6000)
    expect(all('transcript-line')).toHaveLength(5)
    expect(text('transcript-told')).toContain('English')
  })

  it('says that nobody speaks', async () => {
    await listening('voice=nobody')
    await press('transcript-listen')
    await pass(6000)
    expect(text('transcript-nobody')).toContain('Nobody speaks')
  })

  it('marks unsure words, and a word goes where it is said', async () => {
    await listening()
    expect(document.querySelectorAll('.word.unsure').length).toBeGreaterThan(0)
    const seek = vi.spyOn(ipc, 'seek')
    all('word')[3]!.click()
    await pass(10)
    expect(usePlayback().playing).toBe(true)
    expect(seek.mock.calls[0]![0]).toBeGreaterThan(1)
    await pass(200)
    expect(document.querySelector('.word.said')?.textContent).toBe(all('word')[3]!.textContent)
  })

  it('is walked, split, joined, edited and taken back with the keys alone', async () => {
    await listening()
    all('word')[0]!.focus()
    await key('ArrowRight')
    await key('ArrowRight')
    expect(document.activeElement).toBe(all('word')[2])
    await key('Enter', { shiftKey: true })
    expect(all('transcript-line')).toHaveLength(6)
    expect(document.activeElement?.textContent).toBe('climbs')
    await key('Backspace')
    expect(all('transcript-line')).toHaveLength(5)
    expect(document.activeElement?.textContent).toBe('climbs')
    await key('F2')
    await write('line-field', 'The night falls,')
    await key('Enter', {}, find('line-field')!)
    expect(all('transcript-line')[0]!.textContent).toContain('falls,')
    await key('z', { ctrlKey: true })
    expect(all('transcript-line')[0]!.textContent).toContain('climbs')
  })

  it('asks before mended words are heard anew', async () => {
    await listening()
    all('line-join')[0]!.click()
    await pass(0)
    await press('transcript-listen')
    expect(document.body.textContent).toContain('What is heard anew takes its place')
    await press('transcript-replace')
    await pass(6000)
    expect(all('transcript-line')).toHaveLength(5)
  })

  it('does not begin without its models', async () => {
    await listening('voice=missing')
    expect(text('cleaning-models')).toContain('Whisper base')
    expect((find('transcript-listen') as HTMLButtonElement).disabled).toBe(true)
  })
})

describe('changing a voice', () => {
  async function modulating(query = '') {
    await room(query)
    await key('m', { ctrlKey: true })
    await press('voice-sound-sound-0')
    await pass(50)
  }

  it('shows each preset with what it does, and its sliders as it says', async () => {
    await modulating()
    expect(document.querySelectorAll('[data-testid^=modulation-][role=radio]')).toHaveLength(16)
    await press('modulation-monster')
    expect((find('modulation-pitch') as HTMLInputElement).value).toBe('-9')
    expect(text('modulation-more')).toContain('monstrous')
    await write('modulation-pitch', '-5')
    expect([useModulation().altered, useModulation().conversion!.pitch]).toEqual([true, -5])
    await press('modulation-restore')
    expect((find('modulation-pitch') as HTMLInputElement).value).toBe('-9')
  })

  it('tunes to a key with a speed of its own', async () => {
    await modulating()
    expect(find('modulation-retune')).toBeNull()
    await press('modulation-tune')
    await write('modulation-retune', '120')
    expect(useModulation().conversion!.tune).toEqual({ retune: 0.12, amount: 1 })
    expect(find('key-tonic')).not.toBeNull()
  })

  it('tries it against the original, and switches between the two with a key', async () => {
    await modulating()
    await key('Enter', { ctrlKey: true, shiftKey: true }, document.body)
    expect(text('compare')).toContain('Changed (preview)')
    await key('x', {}, document.body)
    expect(text('compare')).toContain('Original')
    await press('compare-end')
    await pass(0)
    expect(find('compare')).toBeNull()
  })

  it('makes a new sound, and compares it', async () => {
    await modulating()
    await press('modulation-render')
    await pass(6000)
    expect(text('changed')).toContain('made of')
    expect(find('changed-alike')).toBeNull()
    const compare = vi.spyOn(ipc, 'compareSounds')
    await press('changed-compare')
    expect(compare.mock.calls[0]![0]).toBe('sound-0')
    expect(find('compare')).not.toBeNull()
  })

  it('comes near to a voice of one’s own, by the closest match or by a converter', async () => {
    await modulating('profiles=demo&converters=demo')
    await press('toward-profile-1')
    expect([useModulation().toward, find('modulation-pitch')]).toEqual([{ profile: 'profile-1', converter: null }, null])
    expect(text('engine-matching')).toContain('not a clone')
    const turn = vi.spyOn(ipc, 'modulateToward')
    await press('modulation-render')
    await pass(6000)
    expect(turn).toHaveBeenCalledWith('sound-0', { profile: 'profile-1', converter: null })
    expect(text('changed')).toContain('made of')
    expect(text('changed-alike')).toBe('Similarity 55 % → 68 %')

    expect(all('converter').map((each) => each.textContent)).toEqual([expect.stringContaining('Licence: MIT'), expect.stringContaining('damaged')])
    await press('engine-kNN voice')
    expect(useModulation().toward?.converter).not.toBeNull()
    await press('converter-remove')
    expect([useModulation().toward, all('converter').length]).toEqual([{ profile: 'profile-1', converter: null }, 1])
    await press('modulation-robot')
    expect([useModulation().toward, find('modulation-pitch') === null]).toEqual([null, false])
  })

  it('takes a converter that keeps to the contract, and says what another lacks', async () => {
    await modulating('profiles=demo')
    await press('toward-profile-1')
    const pick = vi.spyOn(ipc, 'pickFile').mockResolvedValue('/home/music/FreeVC.onnx')
    await press('converter-add')
    await pass(50)
    expect(pick).toHaveBeenCalledWith({ name: 'Converters (ONNX)', extensions: ['onnx'] })
    expect([all('converter').length, useModulation().toward?.converter === null]).toEqual([1, false])
    pick.mockResolvedValue('/home/music/broken.onnx')
    await press('converter-add')
    await pass(50)
    expect(all('converter')).toHaveLength(1)
    expect(useToasts().list.at(-1)!.text).toContain('no input “source”')
  })

  it('asks for consent before it comes near to somebody else’s voice, and goes on once it is given', async () => {
    await modulating('profiles=demo')
    const turn = vi.spyOn(ipc, 'modulateToward')
    const other = useProfiles().list!.find(({ own }) => !own)!
    await press(`toward-${other.id}`)
    await press('modulation-render')
    expect(useProfiles().asking).toBe(other.id)
    await useProfiles().consent('Ana', 'a song')
    await pass(6000)
    expect(turn).toHaveBeenCalledTimes(2)
    expect(text('changed')).toContain('made of')
  })

  it('cannot begin without a sound', async () => {
    await room()
    await key('m', { ctrlKey: true })
    expect((find('modulation-render') as HTMLButtonElement).disabled).toBe(true)
    expect(document.body.textContent).toContain('Choose a sound on the left')
  })
})
