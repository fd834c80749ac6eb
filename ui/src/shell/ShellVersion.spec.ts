import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, ref } from 'vue'
import { answerShortcut, useShortcuts } from '@/composables/useShortcuts'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { applyEvent, listen } from '@/stores/events'
import { useProject } from '@/stores/project'
import { useSaving } from '@/stores/saving'
import { useSession } from '@/stores/session'
import { useTimeline } from '@/stores/timeline'
import { useToasts } from '@/stores/toasts'
import ShellVersion from './ShellVersion.vue'
import { useHistoryNews } from './useHistoryNews'

let page: VueWrapper
let stop: () => void
beforeEach(async () => {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams('fake=demo')))
  setLanguage('en')
  await listen()
  await useProject().load()
  await useTimeline().load()
  const shell = { setup: () => { useShortcuts(ref({})); useHistoryNews(); return () => [h('input', { id: 'elsewhere' }), h(ShellVersion)] } }
  page = mount({ render: () => h(TooltipProvider, null, { default: () => h(shell) }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
  stop = answerShortcut('save', () => void useSaving().begin())
})
afterEach(() => {
  stop()
  page.unmount()
})

const field = () => document.querySelector<HTMLInputElement>('[data-testid=version-message]')
const key = async (name: string, part: KeyboardEventInit = {}, target: EventTarget = document.body) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...part }))
  await flushPromises()
}
async function settle() {
  for (let turn = 0; turn < 4; turn++) await flushPromises()
}

describe('Ctrl+S', () => {
  it('asks for a message everywhere, with what changed in musical words, selected', async () => {
    await key('s', { ctrlKey: true }, document.getElementById('elsewhere')!)
    await settle()
    expect(field()!.value).toBe('Dembow kit −2.5 dB, 12 notes added to 808 in bars 5–8')
    expect([field()!.selectionStart, field()!.selectionEnd]).toEqual([0, field()!.value.length])
  })

  it('keeps the version with Enter, and says so', async () => {
    const saving = vi.spyOn(ipc, 'saveVersion')
    await key('s', { ctrlKey: true })
    await settle()
    await key('Enter', {}, field()!)
    await settle()
    expect(saving).toHaveBeenCalledWith('Dembow kit −2.5 dB, 12 notes added to 808 in bars 5–8')
    expect(field()).toBeNull()
    const [toast] = useToasts().list
    expect(toast!.text).toContain('Kept: “Dembow kit −2.5 dB')
    toast!.action!.run()
    expect(useSession().room).toBe('history')
    expect(useTimeline().version!.message).toContain('Dembow kit')
  })

  it('never overwrites what somebody already typed when the suggestion comes late', async () => {
    let tell!: (text: string) => void
    vi.spyOn(ipc, 'suggestMessage').mockReturnValue(new Promise((resolve) => { tell = resolve }))
    await key('s', { ctrlKey: true })
    await settle()
    field()!.value = 'My own words'
    field()!.dispatchEvent(new Event('input'))
    tell('Something else')
    await settle()
    expect(useSaving().message).toBe('My own words')
  })

  it('lets a version be kept without words, and without a suggestion', async () => {
    vi.spyOn(ipc, 'suggestMessage').mockRejectedValue(new Error('no'))
    const saving = vi.spyOn(ipc, 'saveVersion')
    await key('s', { ctrlKey: true })
    await settle()
    expect(field()!.value).toBe('')
    await key('Enter', {}, field()!)
    await settle()
    expect(saving).toHaveBeenCalledWith('')
    expect(useToasts().list[0]!.text).toBe('The version is kept.')
  })

  it('sends the lyrics that are still being written first', async () => {
    const calls: string[] = []
    vi.spyOn(ipc, 'setLyrics').mockImplementation(async () => { calls.push('lyrics') })
    vi.spyOn(ipc, 'saveVersion').mockImplementation(async () => { calls.push('version'); return 'v' })
    useProject().writeLyrics('Una línea más')
    await key('s', { ctrlKey: true })
    await settle()
    await key('Enter', {}, field()!)
    await settle()
    expect(calls).toEqual(['lyrics', 'version'])
  })

  it('stays open with its words when the version could not be kept', async () => {
    vi.spyOn(ipc, 'saveVersion').mockRejectedValue({ code: 'disk_full', message: 'the disk is full', hint: 'Free some space.' })
    await key('s', { ctrlKey: true })
    await settle()
    await key('Enter', {}, field()!)
    await settle()
    expect(field()!.value).toContain('Dembow kit')
    expect(useToasts().list[0]!.text).toBe('the disk is full')
  })
})

describe('files that another program changed', () => {
  it('are told quietly, and kept as a version of their own', async () => {
    const keeping = vi.spyOn(ipc, 'keepOutsideChange')
    applyEvent({ type: 'project_files_changed', data: { paths: ['stems/a.wav', 'stems/b.wav'] } })
    await settle()
    const [toast] = useToasts().list
    expect(toast!.text).toBe('Another program changed 2 files of this project. Keep them as a version?')
    toast!.action!.run()
    await settle()
    expect(field()!.value).toBe('2 files from outside')
    await key('Enter', {}, field()!)
    await settle()
    expect(keeping).toHaveBeenCalledWith('2 files from outside')
    expect(useSaving().outside).toBeNull()
  })
})
