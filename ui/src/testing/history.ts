import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, vi } from 'vitest'
import { type Component, h, KeepAlive, ref } from 'vue'
import { useShortcuts } from '@/composables/useShortcuts'
import { setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { listen } from '@/stores/events'
import { useMerge } from '@/stores/merge'
import { useProject } from '@/stores/project'
import { useSession } from '@/stores/session'
import { useTimeline } from '@/stores/timeline'

let page: VueWrapper

export async function settle() {
  for (let turn = 0; turn < 4; turn++) await flushPromises()
}

/** Opens the room of History before a past in memory, for each test anew. */
export function historyRoom(studio: Component) {
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600)
  })
  afterEach(() => page.unmount())

  return async function room(query = '', language: 'en' | 'es' = 'en') {
    const pinia = createPinia()
    setActivePinia(pinia)
    setIpc(createFake(new URLSearchParams(`fake=demo&${query}`)))
    await listen()
    setLanguage(language)
    useSession().room = 'history'
    await useProject().load()
    await useMerge().load()
    const shell = { setup: () => { useShortcuts(ref({})); return () => h(KeepAlive, null, { default: () => h(studio) }) } }
    page = mount({ render: () => h(TooltipProvider, null, { default: () => h(shell) }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
    await settle()
    return page
  }
}

export const find = (id: string) => page.find(`[data-testid=${id}]`)
export const all = (selector: string) => page.findAll(selector)
/** What floats over the page. */
export const outside = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)
export const graph = () => page.get('[data-testid=version-graph]')
export async function key(name: string, part: KeyboardEventInit = {}) {
  graph().element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...part }))
  await settle()
}
export const picked = () => useTimeline().version!
export async function pick(message: string) {
  useTimeline().picked = useTimeline().versions.find((version) => version.message === message)!.id
  await settle()
}
