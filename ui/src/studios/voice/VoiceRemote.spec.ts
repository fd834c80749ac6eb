import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { listen } from '@/stores/events'
import { usePlayback } from '@/stores/playback'
import { useRemote } from '@/stores/remote'
import { useShelf } from '@/stores/shelf'
import { useVoice } from '@/stores/voice'
import VoiceHeader from './VoiceHeader.vue'
import VoiceSpeak from './VoiceSpeak.vue'

let page: VueWrapper
beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
})

const RACHEL = 'elevenlabs:21m00Tcm4TlvDq8ikWAM'
const pass = async (milliseconds: number) => {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await flushPromises()
}
const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
const text = (id: string) => find(id)?.textContent ?? ''
async function press(id: string) {
  find(id)!.click()
  await pass(0)
}
async function write(id: string, value: string) {
  const field = find(id) as HTMLInputElement
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await pass(0)
}
async function room(query: string, language: 'en' | 'es' = 'en') {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams(query)))
  await listen()
  setLanguage(language)
  await Promise.all([usePlayback().load(), useShelf().load(), useVoice().load(), useRemote().load()])
  page = mount({ render: () => h(TooltipProvider, null, { default: () => [h(VoiceHeader), h(VoiceSpeak)] }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
  await pass(50)
}

describe('the panel of ElevenLabs', () => {
  it('takes a key, tells what is left, and forgets what was typed', async () => {
    await room('')
    expect([find('remote-left'), find('voices-remote')]).toEqual([null, null])
    await press('remote-add')
    expect(document.activeElement).toBe(find('remote-key'))
    expect(find('remote-key')!.getAttribute('type')).toBe('password')
    await write('remote-key', 'wrong')
    await press('remote-keep')
    find('remote-form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await pass(0)
    expect(text('remote-refusal')).toContain('does not accept the key')
    await write('remote-key', 'sk_right')
    expect(find('remote-refusal')).toBeNull()
    find('remote-form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await pass(0)
    expect(text('remote-left')).toContain('8,500 of 10,000')
    expect(find('remote-form')).toBeNull()
    expect(text('voices-remote')).toBe('ElevenLabs')
    expect(text(`voice-${RACHEL}`)).toContain('remote')
    await press('remote-forget')
    expect([find('remote-left'), find(`voice-${RACHEL}`)]).toEqual([null, null])
    await press('remote-add')
    expect((find('remote-key') as HTMLInputElement).value).toBe('')
  })

  it('says that nobody answers, and looks again', async () => {
    await room('remote=offline', 'es')
    expect(text('remote-problem')).toContain('could not be reached')
    const look = vi.spyOn(ipc, 'remoteAccount').mockResolvedValue({ left: null, limit: null })
    await press('remote-look')
    expect([look.mock.calls.length, text('remote-left')]).toEqual([1, 'La clave funciona. Lo que queda no lo puede decir.'])
  })
})

describe('the cost', () => {
  it('is shown before anything is spoken, and can be declined', async () => {
    await room('remote=key')
    await press(`voice-${RACHEL}`)
    expect(document.body.textContent).toContain('Sent to ElevenLabs, spoken there and billed there.')
    await write('speech-text', 'Good evening.')
    const speak = vi.spyOn(ipc, 'speak')
    await press('speak')
    expect([text('cost-billed'), text('cost-left'), text('cost-after'), find('cost-too-much')]).toEqual(['13', '8,500', '8,487', null])
    expect(document.querySelector('[role=dialog]')!.textContent).toContain('Speak with Rachel?')
    await press('cost-cancel')
    await pass(300)
    expect([find('voice-cost'), speak.mock.calls.length]).toEqual([null, 0])
    await press('speak')
    await press('cost-agree')
    expect(speak).toHaveBeenCalledTimes(1)
  })

  it('warns of what is more than is left', async () => {
    await room('remote=key')
    await press(`voice-${RACHEL}`)
    await write('speech-text', 'x'.repeat(9_000))
    await press('speak')
    expect([text('cost-after'), find('cost-too-much') !== null]).toEqual(['0', true])
  })
})
