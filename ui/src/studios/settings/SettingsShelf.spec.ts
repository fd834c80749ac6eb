import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it } from 'vitest'
import { setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n } from '@/locales'
import { useShelf } from '@/stores/shelf'
import SettingsShelf from './SettingsShelf.vue'

let page: VueWrapper
afterEach(() => page.unmount())

async function open() {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake())
  await useShelf().load()
  page = mount(SettingsShelf, { global: { plugins: [i18n, pinia] }, attachTo: document.body })
  await flushPromises()
}
const names = (group: string) => page.findAll(`[data-testid=models-${group}] li`).map((row) => row.attributes('data-testid'))

describe('the shelf', () => {
  it('shows every model once, by what it is for', async () => {
    await open()
    expect(names('voices')).toEqual(['model-kokoro', 'model-hibari', 'model-kokoro-voices', 'model-english', 'model-whisper-base', 'model-silero-vad', 'model-swift-f0', 'model-resemblyzer'])
    expect(names('sound')).toEqual(['model-deepfilternet3', 'model-spleeter-2stems'])
    expect(page.findAll('li').length).toBe(useShelf().shelf?.models.length)
  })

  it('says how large a group is', async () => {
    await open()
    expect(page.get('#models-voices').text()).toContain('198 MB')
  })

  it('has a place for groups of which something is known only', async () => {
    await open()
    useShelf().put({ ...useShelf().shelf!, models: useShelf().shelf!.models.filter((model) => model.task === 'runtime') })
    await flushPromises()
    expect(page.findAll('section').map((group) => group.attributes('data-testid'))).toEqual(['models-songs'])
  })
})
