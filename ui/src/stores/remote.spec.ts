import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isTooMuch, leftAfter } from '@/composables/remote'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { setLanguage } from '@/locales'
import { listen } from './events'
import { useRemote } from './remote'
import { useShelf } from './shelf'
import { useToasts } from './toasts'
import { useVoice } from './voice'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const RACHEL = 'elevenlabs:21m00Tcm4TlvDq8ikWAM'

async function open(query = 'remote=key') {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams(query)))
  setLanguage('en')
  await listen()
  await useShelf().load()
  await Promise.all([useVoice().load(), useRemote().load()])
  return { remote: useRemote(), voice: useVoice() }
}

describe('the account', () => {
  it('is none without a key, and its voices come and go with one', async () => {
    const { remote, voice } = await open('')
    expect([remote.hasKey, remote.account, voice.voices?.length]).toEqual([false, null, 32])
    expect(await remote.setKey('no key')).toBe(false)
    expect([remote.refusal?.message, remote.hasKey]).toEqual(['ElevenLabs does not accept the key.', false])
    expect(await remote.setKey(' sk_right ')).toBe(true)
    expect([remote.account, remote.refusal, voice.voices?.length]).toEqual([{ left: 8_500, limit: 10_000 }, null, 34])
    voice.choose(RACHEL)
    await remote.forget()
    expect([remote.hasKey, voice.voices?.length, voice.voice?.id]).toEqual([false, 32, 'af_heart'])
  })

  it('says when it cannot be reached, while its voices stay', async () => {
    const { remote, voice } = await open('remote=offline')
    expect([remote.hasKey, remote.problem?.code, voice.voices?.length]).toEqual([true, 'unreachable', 34])
    voice.choose(RACHEL)
    voice.text = 'Anybody there?'
    await voice.speak()
    expect([remote.asked, useToasts().list.at(-1)?.hint]).toEqual([null, expect.stringContaining('own voices need no network')])
  })

  it('remembers no key', async () => {
    const { remote } = await open('')
    await remote.setKey('sk_secret')
    expect(JSON.stringify(remote.$state)).not.toContain('sk_secret')
  })
})

describe('what costs', () => {
  it('is told first, and spoken once somebody agrees', async () => {
    const { remote, voice } = await open()
    voice.choose(RACHEL)
    voice.text = 'Good evening.'
    const speak = vi.spyOn(ipc, 'speak')
    await voice.speak()
    expect([speak.mock.calls.length, remote.asked?.cost]).toEqual([0, { characters: 13, left: 8_500 }])
    remote.forgo()
    await voice.speak()
    await remote.confirm()
    expect([speak.mock.calls.length, remote.asked]).toEqual([1, null])
    await vi.advanceTimersByTimeAsync(6000)
    expect([voice.spoken[0]?.row.name, remote.account?.left]).toEqual([expect.stringContaining('Rachel'), 8_487])
    await voice.speak()
    expect([speak.mock.calls.length, remote.asked]).toEqual([2, null])
  })

  it('is asked for a preview, too, but a voice introduces itself for nothing', async () => {
    const { remote, voice } = await open()
    voice.choose(RACHEL)
    voice.text = 'One. Two.'
    const [preview, sample] = [vi.spyOn(ipc, 'previewVoice'), vi.spyOn(ipc, 'hearVoiceSample')]
    await voice.tryVoice(voice.voice!)
    expect([sample.mock.calls, preview.mock.calls.length, remote.asked]).toEqual([[[RACHEL]], 0, null])
    await voice.endTrial()
    await voice.tryText('Two.')
    expect([preview.mock.calls.length, remote.asked?.cost.characters]).toEqual([0, 4])
    await remote.confirm()
    expect([preview.mock.calls[0]![0].text, voice.trial]).toEqual(['Two.', { of: 'text', state: 'heard' }])
  })

  it('is never run into by a phrase that nobody asked for', async () => {
    const { voice } = await open()
    const prepare = vi.spyOn(ipc, 'prepareVoice')
    voice.choose(RACHEL)
    voice.text = 'Good evening.'
    await voice.prepare()
    expect([voice.next, prepare.mock.calls.length]).toEqual([null, 0])
  })

  it('is nothing with the voices of the studio', async () => {
    const { voice } = await open()
    voice.choose('af_heart')
    voice.text = 'Good evening.'
    const [cost, account] = [vi.spyOn(ipc, 'getSpeechCost'), vi.spyOn(ipc, 'remoteAccount')]
    await voice.speak()
    await vi.advanceTimersByTimeAsync(6000)
    expect([voice.spoken.length, cost.mock.calls.length, account.mock.calls.length]).toEqual([1, 0, 0])
  })

  it('leaves so much, or nobody knows', () => {
    expect([leftAfter({ characters: 10, left: 30 }), leftAfter({ characters: 40, left: 30 }), leftAfter({ characters: 1, left: null })]).toEqual([20, 0, null])
    expect([isTooMuch({ characters: 31, left: 30 }), isTooMuch({ characters: 30, left: 30 }), isTooMuch({ characters: 1, left: null })]).toEqual([true, false, false])
  })
})

describe('a remote voice', () => {
  it('lacks no model, is in no blend, and reads only as fast as it can', async () => {
    const { voice } = await open('remote=key&voice=missing')
    voice.manner.speed = 1.8
    voice.choose(RACHEL)
    await Promise.resolve()
    expect([voice.lacking('speak'), voice.manner.speed, voice.speeds.min]).toEqual([[], 1.2, 0.7])
    expect(voice.stock.some(({ id }) => id === RACHEL)).toBe(false)
    expect(voice.voice?.ready).toBe(true)
  })
})
