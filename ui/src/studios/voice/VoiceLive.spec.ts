import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, KeepAlive, ref } from 'vue'
import { useShortcuts } from '@/composables/useShortcuts'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { listen } from '@/stores/events'
import { usePlayback } from '@/stores/playback'
import { useSession } from '@/stores/session'
import { useShelf } from '@/stores/shelf'
import { useVoice } from '@/stores/voice'
import { useVoiceSource } from '@/stores/voiceSource'
import { all, find, key, pass, press, text } from '@/testing/hands'
import VoiceStudio from './VoiceStudio.vue'

// The shared loop of pictures outlives the clock of one test.
vi.mock('@/composables/useFrame', () => ({ useFrame: () => undefined }))

let page: VueWrapper

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
})

async function room(mode: 'modulate' | 'listen', query = '', language: 'en' | 'es' = 'en') {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams(query)))
  await listen()
  setLanguage(language)
  useSession().room = 'voice'
  useVoice().mode = mode
  await Promise.all([usePlayback().load(), useShelf().load()])
  const frame = { setup: () => { useShortcuts(ref({})); return () => h(KeepAlive, null, { default: () => h(VoiceStudio) }) } }
  page = mount({ render: () => h(TooltipProvider, null, { default: () => h(frame) }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
  await pass(50)
}

describe('a live voice', () => {
  it('is switched on with a key, tells how late it is and to wear headphones', async () => {
    await room('modulate')
    expect(find('live')!.dataset.on).toBe('false')
    await key('l', { ctrlKey: true, shiftKey: true })
    expect(find('live')!.dataset.on).toBe('true')
    expect(text('live-headphones')).toContain('headphones')
    await pass(400)
    expect(text('live-latency')).toBe('57 ms')
    await key('l', { ctrlKey: true, shiftKey: true })
    expect([find('live')!.dataset.on, find('live-headphones')]).toEqual(['false', null])
  })

  it('takes another preset at once, and says which ones come late', async () => {
    await room('modulate')
    expect(find('late-old')).toBeNull()
    await press('live-switch')
    await pass(400)
    const change = vi.spyOn(ipc, 'changeLive')
    await press('modulation-monster')
    expect(change).toHaveBeenLastCalledWith(expect.objectContaining({ character: 'monster' }))
    expect([text('late-old'), text('late-monster'), find('late-deeper')]).toEqual(['78 ms', '63 ms', null])
  })

  it('says when the devices themselves are too slow', async () => {
    await room('modulate', 'live=slow')
    await press('live-switch')
    await pass(400)
    expect(text('live')).toContain('heard as an echo')
    expect(find('late-deeper')).not.toBeNull()
  })

  it('says what is missing, and tries again', async () => {
    await room('modulate', 'live=none')
    await press('live-switch')
    expect([find('live')!.dataset.on, text('live-problem').includes('No audio input')]).toEqual(['false', true])
    const start = vi.spyOn(ipc, 'startLive')
    await press('live-again')
    expect(start).toHaveBeenCalledOnce()
  })

  it('says so where there is nothing to hear it on', async () => {
    await room('modulate', 'live=deaf')
    await press('live-switch')
    expect(text('live-problem')).toContain('Connect headphones')
  })

  it('ends and says why when the microphone is pulled out', async () => {
    await room('modulate', 'live=lost')
    await press('live-switch')
    await pass(5000)
    expect(find('live')!.dataset.on).toBe('false')
    expect(text('live-problem')).toContain('The microphone is gone')
  })

  it('ends when nobody sees it any more', async () => {
    await room('modulate')
    await press('live-switch')
    const stop = vi.spyOn(ipc, 'stopLive')
    await key('t', { ctrlKey: true })
    expect(stop).toHaveBeenCalledOnce()
  })

  it('speaks Spanish', async () => {
    await room('modulate', '', 'es')
    await press('live-switch')
    expect(text('live')).toContain('En vivo')
    expect(text('live-headphones')).toContain('audífonos')
  })
})

describe('a dictation', () => {
  it('writes each phrase down while somebody speaks on, and leaves a transcript', async () => {
    await room('listen')
    await key('d', { ctrlKey: true })
    expect(find('dictation')!.dataset.state).toBe('listening')
    expect(document.activeElement).toBe(find('dictation'))
    await pass(3200)
    expect(all('dictated-line')).toHaveLength(2)
    await key('Escape')
    await pass(1000)
    expect(find('dictation')).toBeNull()
    expect(useVoiceSource().sound?.name).toContain('Dictation')
    expect(all('transcript-line')).toHaveLength(2)
  })

  it('hears nobody in silence', async () => {
    await room('listen', 'live=silent')
    await press('dictate')
    await pass(6000)
    expect([all('dictated-line').length, text('dictation').includes('Nothing was said yet')]).toEqual([0, true])
    await press('dictation-stop')
    await pass(1000)
    expect(find('transcript-nobody')).not.toBeNull()
  })

  it('says what is missing', async () => {
    await room('listen', 'live=none')
    await press('dictate')
    expect(text('dictation-problem')).toContain('No audio input')
  })

  it('does not begin without its models', async () => {
    await room('listen', 'voice=missing')
    expect((find('dictate') as HTMLButtonElement).disabled).toBe(true)
    expect(text('cleaning-models')).toContain('Whisper base')
  })

  it('tells what cut it short, and keeps what was said', async () => {
    await room('listen', 'live=full')
    await press('dictate')
    await pass(1600)
    await press('dictation-stop')
    await pass(1000)
    expect(text('dictation-problem')).toContain('The disk is full')
    expect(all('transcript-line')).toHaveLength(1)
  })

  it('ends when the room is left', async () => {
    await room('listen')
    await press('dictate')
    await key('m', { ctrlKey: true })
    await pass(1000)
    expect(useVoiceSource().sound?.name).toContain('Dictation')
  })
})
