import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, KeepAlive, ref } from 'vue'
import { useShortcuts } from '@/composables/useShortcuts'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { listen } from '@/stores/events'
import { usePicked } from '@/stores/picked'
import { usePlayback } from '@/stores/playback'
import { useStage } from '@/stores/stage'
import { useToasts } from '@/stores/toasts'
import AudioStudio from './AudioStudio.vue'

let page: VueWrapper
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(500)
  HTMLElement.prototype.setPointerCapture ??= () => undefined
})
afterEach(() => page.unmount())

const Keys = defineComponent({ setup: (_, { slots }) => { useShortcuts(ref({})); return () => slots.default?.() } })

async function room(query = '') {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams(query)))
  vi.spyOn(ipc, 'onDrag').mockResolvedValue(() => undefined)
  vi.spyOn(ipc, 'watchMeters').mockResolvedValue(undefined)
  await listen()
  await usePlayback().load()
  setLanguage('en')
  page = mount({ render: () => h(Keys, null, { default: () => h(TooltipProvider, null, { default: () => h(KeepAlive, null, { default: () => h(AudioStudio) }) }) }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
  await vi.waitFor(() => expect(find('library-row-sound-0').exists()).toBe(true))
}
const find = (id: string) => page.find(`[data-testid=${id}]`)
const list = () => page.get('[data-testid=library-list]')
const queue = () => usePlayback().queue
async function key(name: string, more: Record<string, unknown> = {}) {
  list().element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }))
  await flushPromises()
}
async function pick(...rows: number[]) {
  const picked = usePicked()
  picked.go(rows[0]!)
  rows.slice(1).forEach((row) => picked.toggle(row))
  await new Promise((done) => setTimeout(done, 170))
  await flushPromises()
}

describe('Enter in the list', () => {
  it('plays the row and then what follows it, without what is missing', async () => {
    await room()
    await pick(7)
    await key('Enter')
    const ids = queue()!.entries.map(({ sound }) => sound)
    expect(ids.slice(0, 3)).toEqual(['sound-7', 'sound-8', 'sound-10'])
    expect(queue()!.current).toBe(0)
    expect(find('row-heard').exists()).toBe(true)
    expect(find('stage').attributes('data-sound')).toBe('sound-7')
  })

  it('plays several picked sounds, and those alone, in the order of the list', async () => {
    await room()
    await pick(6, 2, 4)
    await key('Enter')
    expect(queue()!.entries.map(({ sound }) => sound)).toEqual(['sound-2', 'sound-4', 'sound-6'])
    expect(queue()!.entries[queue()!.current]!.sound).toBe('sound-4')
  })

  it('says what is wrong with a missing file, and plays nothing', async () => {
    await room()
    await pick(9)
    await key('Enter')
    expect(queue()).toBeNull()
    expect(useToasts().list[0]!.text).toBe('The file is not where it was')
  })
})

describe('the stage of the room', () => {
  it('invites while nothing is chosen, and shows what is picked', async () => {
    await room()
    expect(find('stage-empty').text()).toContain('Choose a sound to see it')
    await pick(2)
    expect(find('stage-name').text()).toContain(usePicked().sound!.tags.title)
    expect(find('stage-field').exists()).toBe(true)
  })

  it('tells a missing file with the way to mend it', async () => {
    await room()
    const relink = vi.spyOn(ipc, 'relinkSound')
    await pick(9)
    expect(find('stage-missing').text()).toContain('The file is not where it was')
    await find('stage-relink').trigger('click')
    await flushPromises()
    expect(relink).toHaveBeenCalledWith('sound-9', '/home/music/Encontrado/found again.wav')
    expect(find('stage-missing').exists()).toBe(false)
  })

  it('says that there is no output, and still shows everything', async () => {
    await room('fake=mute')
    await pick(2)
    expect(find('stage-mute').text()).toBe('No audio output: you can look, not listen')
    expect(find('stage-wave').exists()).toBe(true)
  })

  it('brings a sound under the playhead with a click on its waveform', async () => {
    await room()
    await pick(3)
    const seek = vi.spyOn(ipc, 'seek')
    await find('stage-field').trigger('pointerdown', { button: 0, clientX: 0, pointerId: 1 })
    await find('stage-field').trigger('pointerup', { button: 0, clientX: 0, pointerId: 1 })
    await flushPromises()
    expect(queue()!.entries[queue()!.current]!.sound).toBe('sound-3')
    expect(seek).toHaveBeenCalled()
  })

  it('keeps the queue when what is clicked is in it', async () => {
    await room()
    await pick(2)
    await key('Enter')
    const { length } = queue()!.entries
    await pick(5)
    await find('stage-field').trigger('pointerdown', { button: 0, clientX: 0, pointerId: 1 })
    await find('stage-field').trigger('pointerup', { button: 0, clientX: 0, pointerId: 1 })
    await flushPromises()
    expect(queue()!.entries.length).toBe(length)
    expect(queue()!.entries[queue()!.current]!.sound).toBe('sound-5')
  })

  it('changes with single keys: what is drawn, the meters, the loudness', async () => {
    await room()
    await pick(2)
    await key('s')
    expect(find('stage').attributes('data-look')).toBe('spectrum')
    await key('w')
    expect(find('stage').attributes('data-look')).toBe('wave')
    await key('m')
    expect(find('meters').exists()).toBe(false)
    await key('e', { ctrlKey: true })
    expect(find('stage').exists()).toBe(false)
  })

  it('loops the selection from its beginning, lets the edges be moved, and plays on', async () => {
    await room()
    await pick(2)
    const stage = useStage()
    stage.selection = { from: 10, to: 20 }
    await key('l')
    await vi.waitFor(() => expect(queue()!.selection).toEqual({ from: 10, to: 20 }))
    expect(usePlayback().position()).toBeGreaterThanOrEqual(10)
    await flushPromises()
    await find('stage-clear').trigger('click')
    await flushPromises()
    expect(queue()!.selection).toBeNull()
    await key('l')
    await vi.waitFor(() => expect(queue()!.selection).toEqual({ from: 0, to: stage.duration }))
  })
})

describe('two sounds', () => {
  it('are compared with C and switched with X, and it says which one is turned down', async () => {
    await room()
    await pick(3, 5)
    await key('c')
    await vi.waitFor(() => expect(find('compare').exists()).toBe(true))
    expect(find('compare-gain').text()).toMatch(/^−\d+\.\d dB on A$/)
    expect(find('compare-a').attributes('aria-checked')).toBe('true')
    expect(page.findAll('[data-testid^=stage-wave-]').length).toBe(2)
    await key('x')
    expect(find('compare-b').attributes('aria-checked')).toBe('true')
    await find('compare-end').trigger('click')
    await flushPromises()
    expect(find('compare').exists()).toBe(false)
    expect(find('stage').attributes('data-sound')).toBe('sound-5')
  })

  it('are asked for when another number is picked', async () => {
    await room()
    await pick(3)
    await key('c')
    expect(useToasts().list[0]!.text).toBe('Select two sounds to compare them.')
    expect(queue()).toBeNull()
  })
})
