import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, KeepAlive, ref } from 'vue'
import { useShortcuts } from '@/composables/useShortcuts'
import { type Drag, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { listen } from '@/stores/events'
import { usePlayback } from '@/stores/playback'
import { useProfiles } from '@/stores/profiles'
import { useRecorder } from '@/stores/recorder'
import { useSession } from '@/stores/session'
import { useShelf } from '@/stores/shelf'
import { useVoice } from '@/stores/voice'
import { all, find, key, pass, press, text } from '@/testing/hands'
import VoiceStudio from './VoiceStudio.vue'

// The shared loop of pictures outlives the clock of one test.
vi.mock('@/composables/useFrame', () => ({ useFrame: () => undefined }))

let page: VueWrapper
let drag: (event: Drag) => void

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
})

async function write(id: string, value: string) {
  const field = find(id) as HTMLInputElement
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await pass(0)
}

async function room(query = 'profiles=demo', language: 'en' | 'es' = 'en') {
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
  await key('o', { ctrlKey: true }, document.body)
}

describe('the voices of one’s own', () => {
  it('are a mode with a key of its own, and invite when there are none', async () => {
    await room('')
    expect(find('voice-room')!.dataset.mode).toBe('own')
    expect(text('profiles-none')).toContain('No profiles yet')
    await press('profiles-first')
    expect(document.activeElement).toBe(find('profile-form-name'))
    expect((find('profile-create') as HTMLButtonElement).disabled).toBe(true)
    await write('profile-form-name', 'Ana')
    await press('profile-form-others')
    await press('profile-create')
    expect([useProfiles().profile?.name, useProfiles().profile?.own, find('profile-form')]).toEqual(['Ana', false, null])
    expect(text('samples-none')).toContain('Record 10 seconds')
    expect((find('closest-find') as HTMLButtonElement).disabled).toBe(true)
  })

  it('are told with their samples, and walked with the arrows', async () => {
    await room()
    expect(text('profile-profile-1')).toContain('2 samples · 0:30')
    expect(text('profile-profile-1')).toContain('71 %')
    find('profile-profile-1')!.focus()
    await key('ArrowDown')
    expect(useProfiles().profile?.name).toBe('Ana')
    expect((find('profile-name') as HTMLInputElement).value).toBe('Ana')
  })

  it('say why they could not be listed, and are asked for again', async () => {
    await room('profiles=failing')
    expect(text('profiles-problem')).toContain('could not be listed')
    await press('profiles-again')
    expect(find('profiles-none')).not.toBeNull()
  })

  it('are renamed, noted on, and deleted only when that is confirmed', async () => {
    await room()
    await write('profile-name', 'Mi voz grave')
    find('profile-name')!.dispatchEvent(new Event('change', { bubbles: true }))
    await pass(0)
    expect(useProfiles().profile?.name).toBe('Mi voz grave')
    await press('profile-notes-toggle')
    await write('profile-notes', 'SM58')
    await key('t', { ctrlKey: true }, document.body)
    expect(useProfiles().profile?.notes).toBe('SM58')
    await key('o', { ctrlKey: true }, document.body)
    find('profile-profile-1')!.focus()
    await key('Delete')
    expect(document.body.textContent).toContain('Delete “Mi voz grave”?')
    await press('profile-delete-confirm')
    expect(useProfiles().list!.map(({ name }) => name)).toEqual(['Ana'])
  })

  it('name the models that are missing, with what they are for', async () => {
    await room('profiles=demo&voice=missing')
    expect(text('cleaning-models')).toContain('Resemblyzer')
    expect((find('sample-record') as HTMLButtonElement).disabled).toBe(true)
    expect((find('closest-find') as HTMLButtonElement).disabled).toBe(true)
    for (const id of ['silero-vad', 'resemblyzer']) await press(`cleaning-fetch-${id}`)
    await pass(6000)
    expect((find('sample-record') as HTMLButtonElement).disabled).toBe(false)
  })
})

describe('a sample', () => {
  it('shows five checks, and says in words what to do about the bad ones', async () => {
    await room()
    const [fine, quiet] = all('sample')
    expect([fine!.dataset.verdict, quiet!.dataset.verdict]).toEqual(['good', 'poor'])
    expect(fine!.textContent).toContain('A good sample')
    expect(quiet!.querySelectorAll('[data-testid^=check-]')).toHaveLength(5)
    expect(all('sample-advice').map((each) => each.textContent)).toEqual(['Too quiet: −41 LUFS. Come closer or turn the input up.', 'Only 5 s of speech. From 10 s on the voice is met more closely.'])
    expect(quiet!.querySelector('[data-testid=check-level] [role=meter]')!.getAttribute('aria-valuetext')).toContain('Too quiet')
  })

  it('is told in Spanish too', async () => {
    await room('profiles=demo', 'es')
    expect(all('sample-advice')[0]!.textContent).toBe('Muy bajo: −41 LUFS. Acércate o sube la entrada.')
  })

  it('is heard, cleaned, brought back and removed', async () => {
    await room()
    all('sample-play')[0]!.click()
    await pass(0)
    expect(all('sample-play')[0]!.dataset.state).toBe('heard')
    all('sample-clean')[1]!.click()
    await pass(0)
    expect([all('sample')[1]!.dataset.cleaned, all('sample-cleaned').length]).toEqual(['true', 1])
    await press('sample-restore')
    expect(find('sample-cleaned')).toBeNull()
    all('sample-remove')[1]!.click()
    await pass(0)
    await press('sample-remove-confirm')
    expect(all('sample')).toHaveLength(1)
  })

  it('comes by its key or by a drop; a profile as a file is imported', async () => {
    await room()
    vi.spyOn(ipc, 'pickFiles').mockResolvedValue(['/home/music/two people.wav'])
    await key('u', { ctrlKey: true }, document.body)
    expect(all('sample').at(-1)!.dataset.verdict).toBe('unusable')
    expect(all('sample-advice').at(-1)!.textContent).toContain('2 people speak')
    drag({ kind: 'entered', paths: ['/home/music/talk.wav'] })
    await pass(0)
    expect(text('drop-samples')).toContain('Mi voz')
    drag({ kind: 'dropped', paths: ['/home/music/talk.wav'] })
    await pass(0)
    expect([all('sample').length, find('drop-samples')]).toEqual([4, null])
    drag({ kind: 'dropped', paths: ['/home/music/Berta.son1kvoice'] })
    await pass(0)
    expect(useProfiles().profile?.name).toBe('Berta')
  })
})

describe('recording a sample', () => {
  it('begins with its key, shows the script, and ends with the checks of what was recorded', async () => {
    await room()
    await key('r', { ctrlKey: true }, document.body)
    expect([find('sample-recorder') !== null, document.activeElement === find('sample-recorder')]).toEqual([true, true])
    expect(text('script-line')).toContain('Buenos días')
    expect(text('script')).toContain('about 4 s')
    await key('ArrowRight')
    expect([find('script')!.dataset.line, text('script-line')]).toEqual(['1', '¿Puedes traer la guitarra azul, dos cables y una silla para Jorge?'])
    await useRecorder().change({ count_in_beats: 0 })
    await key('r', { ctrlKey: true }, document.body)
    expect([useRecorder().now.state, find('script')!.dataset.line]).toEqual(['recording', '0'])
    await pass(12_000)
    await key(' ', { code: 'Space' }, find('sample-recorder')!)
    await pass(50)
    expect(find('sample-recorder')).toBeNull()
    expect(all('sample').map((each) => each.textContent).at(-1)).toContain('Take 1')
    expect(useRecorder().now.state).toBe('closed')
  })

  it('says that there is no microphone, and closes with Escape', async () => {
    await room('profiles=demo&input=none')
    await press('sample-record')
    await pass(0)
    expect(find('recorder-none')).not.toBeNull()
    await key('Escape', {}, find('sample-recorder')!)
    expect(find('sample-recorder')).toBeNull()
  })

  it('asks before the mode is left in the middle of it', async () => {
    await room()
    await press('sample-record')
    await useRecorder().change({ count_in_beats: 0 })
    await press('record-button')
    expect((find('profile-profile-4') as HTMLButtonElement).disabled).toBe(true)
    await key('t', { ctrlKey: true }, document.body)
    expect([useRecorder().asking, useRecorder().busy]).toEqual([true, true])
  })

  it('names a profile first when there is none', async () => {
    await room('')
    await key('r', { ctrlKey: true }, document.body)
    expect(find('profile-form')).not.toBeNull()
  })
})

describe('the closest voice', () => {
  it('is shown with its parts and its measured similarity, and never called a clone', async () => {
    await room()
    expect(text('closest-blend')).toBe('70 % Dora + 30 % Alex')
    expect(text('closest-similarity')).toContain('62 % → 71 %')
    expect(text('closest')).toContain('It is the most similar voice of the studio, not a clone.')
    expect(text('closest')).toContain('−1.5 st')
    await press('closest-speak')
    expect([find('voice-room')!.dataset.mode, useVoice().chosen]).toEqual(['speak', 'profile:profile-1'])
    expect(text('voices-own')).toBe('Own voices')
    expect(find('voice-profile:profile-1'.replace(':', '\\:'))!.getAttribute('aria-checked')).toBe('true')
  })

  it('is found with a key, with progress, once somebody else has consented', async () => {
    await room()
    await press('profile-profile-4')
    expect(text('consent-missing')).toContain('Nobody has consented yet')
    await key('Enter', { ctrlKey: true }, document.body)
    expect(text('consent-form')).toContain('A voice belongs to its person')
    expect((find('consent-confirm') as HTMLButtonElement).disabled).toBe(true)
    await write('consent-purpose', 'a song')
    await press('consent-sure')
    await press('consent-confirm')
    expect([find('consent-form'), text('receipt')]).toEqual([null, expect.stringContaining('Ana · a song')])
    expect(text('voice-jobs')).toContain('Closest voice')
    expect((find('closest-find') as HTMLButtonElement).disabled).toBe(true)
    await pass(6000)
    expect(text('closest-blend')).toBe('62 % Heart + 38 % Bella')
    await press('consent-withdraw')
    await press('consent-withdraw-confirm')
    expect(find('consent-missing')).not.toBeNull()
  })

  it('introduces itself', async () => {
    await room()
    const preview = vi.spyOn(ipc, 'previewVoice')
    await press('closest-hear')
    expect(preview.mock.calls[0]![0]).toMatchObject({ voice: 'profile:profile-1', text: expect.stringContaining('Mi voz') })
    expect(find('closest-hear')!.dataset.state).toBe('heard')
  })
})

describe('a blend', () => {
  it('is made of two or three voices, tried and spoken with', async () => {
    await room('')
    await key('t', { ctrlKey: true }, document.body)
    await press('blend-begin')
    expect([all('blend-part').length, useVoice().chosen]).toEqual([2, 'af_heart*0.5+af_alloy*0.5'])
    await write('blend-weight-0', '0.7')
    expect([find('blend')!.dataset.voice, text('blend')]).toEqual(['af_heart*0.7+af_alloy*0.3', expect.stringContaining('70 %')])
    await press('blend-add')
    expect([all('blend-part').length, find('blend-add')]).toEqual([3, null])
    const preview = vi.spyOn(ipc, 'previewVoice')
    await press('blend-hear')
    expect(preview.mock.calls[0]![0].voice).toBe(find('blend')!.dataset.voice)
    await press('voice-am_adam')
    await press('blend-choose')
    expect(useVoice().chosen).toBe(find('blend')!.dataset.voice)
    await press('blend-end')
    expect(useVoice().chosen).toBe('af_heart')
  })
})
