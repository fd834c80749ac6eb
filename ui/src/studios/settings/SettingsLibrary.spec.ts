import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AppError, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n } from '@/locales'
import { listen } from '@/stores/events'
import { useSettings } from '@/stores/settings'
import { useToasts } from '@/stores/toasts'
import SettingsLibrary from './SettingsLibrary.vue'

let page: VueWrapper
afterEach(() => page.unmount())

async function settings(watched: string[] = []) {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake())
  await listen()
  await useSettings().load()
  if (watched.length) await useSettings().change({ watched_folders: watched })
  page = mount(SettingsLibrary, { global: { plugins: [i18n, pinia] }, attachTo: document.body })
  await flushPromises()
}

const folders = () => page.findAll('[data-testid=watched-folder]')

describe('watched folders', () => {
  it('are added once, say what they hold, and are let go', async () => {
    await settings()
    expect(page.text()).toContain('No folder is watched')
    vi.spyOn(ipc, 'pickFolder').mockResolvedValue('/m/Loops')
    for (let time = 0; time < 2; time++) {
      await page.get('[data-testid=watched-add]').trigger('click')
      await flushPromises()
    }
    expect(folders().length).toBe(1)
    expect(folders()[0]!.text()).toContain('1 sound')
    expect(useToasts().list).toMatchObject([{ text: 'This folder is watched already.' }])
    await page.get('[data-testid=watched-drop]').trigger('click')
    await flushPromises()
    expect(useSettings().kept?.watched_folders).toEqual([])
  })

  it('that cannot be read say why', async () => {
    await settings()
    vi.spyOn(ipc, 'previewImport').mockRejectedValue(new AppError('not_found', 'the folder is gone', 'Connect its disk.'))
    await useSettings().change({ watched_folders: ['/media/usb'] })
    await flushPromises()
    expect(folders()[0]!.attributes('data-state')).toBe('problem')
    expect(folders()[0]!.text()).toContain('Connect its disk.')
  })

  it('stay as they were when no folder is chosen', async () => {
    await settings(['/m/Loops'])
    vi.spyOn(ipc, 'pickFolder').mockResolvedValue(null)
    await page.get('[data-testid=watched-add]').trigger('click')
    await flushPromises()
    expect(folders().length).toBe(1)
  })
})

describe('missing files', () => {
  it('are looked for, and counted', async () => {
    await settings()
    await page.get('[data-testid=library-check]').trigger('click')
    await flushPromises()
    expect(useToasts().list[0]!.text).toBe('11 files are missing.')
  })
})
