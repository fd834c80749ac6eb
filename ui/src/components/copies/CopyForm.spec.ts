import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, getActivePinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { useCopies } from '@/stores/copies'
import { show } from '@/testing/page'
import CopyDialog from './CopyDialog.vue'
import CopyForm from './CopyForm.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const SECRET = 'caballo azul piedra lluvia martes'
const outside = (id: string) => document.querySelector<HTMLInputElement>(`[data-testid=${id}]`)!
function form(part: Record<string, unknown> = {}) {
  const heard = { onBegin: vi.fn(), onFolder: vi.fn(), onCancel: vi.fn(), onEdited: vi.fn() }
  page = show(CopyForm, { use: 'make', path: '/media/disk', working: false, refusal: null, ...heard, ...part })
  return heard
}
const write = (id: string, text: string) => page.get(`[data-testid=${id}]`).setValue(text)
const begin = () => page.get('[data-testid=copy-begin]').trigger('click')

describe('the form of a copy', () => {
  it('warns that whoever loses the passphrase loses the copy', () => {
    form()
    expect(page.text()).toContain('Whoever loses this passphrase loses the copy')
  })

  it('is for a folder or for a bucket, with the arrows too', async () => {
    form()
    await page.get('[data-testid=copy-kind-folder]').trigger('keydown', { key: 'ArrowRight' })
    expect(page.get('[data-testid=copy-kind-s3]').attributes('aria-checked')).toBe('true')
    expect(page.find('[data-testid=copy-bucket]').exists()).toBe(true)
  })

  it('wants the passphrase twice, and the same', async () => {
    const heard = form()
    await write('copy-passphrase', SECRET)
    await write('copy-again', 'caballo azul piedra lluvia')
    await begin()
    expect(heard.onBegin).not.toHaveBeenCalled()
    expect(page.text()).toContain('Both are not the same.')
    await write('copy-again', SECRET)
    await begin()
    expect(heard.onBegin).toHaveBeenCalledWith({ kind: 'folder', path: '/media/disk' }, SECRET, null)
  })

  it('gives advice while it is typed, in words', async () => {
    form()
    expect(page.get('[data-testid=copy-strength]').text()).toContain('Five or more words')
    await write('copy-passphrase', 'guitar1')
    expect(page.get('[data-testid=copy-strength]').attributes('data-strength')).toBe('weak')
    await write('copy-passphrase', SECRET)
    expect(page.get('[data-testid=copy-strength]').text()).toContain('Strong')
  })

  it('refuses one that is too short, and none at all', async () => {
    const heard = form()
    await begin()
    expect(page.text()).toContain('A passphrase is needed.')
    await write('copy-passphrase', 'short')
    await write('copy-again', 'short')
    await begin()
    expect(page.text()).toContain('At least 10 characters.')
    expect(heard.onBegin).not.toHaveBeenCalled()
  })

  it('asks for a bucket with its keys, and keeps the secret one apart from the place', async () => {
    const heard = form({ path: '' })
    await page.get('[data-testid=copy-kind-s3]').trigger('click')
    await write('copy-bucket', ' songs ')
    await write('copy-region', 'eu-west-1')
    await write('copy-access_key', 'AKIA')
    await write('copy-passphrase', SECRET)
    await write('copy-again', SECRET)
    await begin()
    expect(page.text()).toContain('Bucket, region and both keys are needed.')
    await write('copy-secret', 'hush')
    await write('copy-endpoint', 'minio.local')
    await begin()
    expect(page.text()).toContain('begins with http')
    await write('copy-endpoint', 'https://minio.local')
    await begin()
    expect(heard.onBegin).toHaveBeenCalledWith({ kind: 's3', endpoint: 'https://minio.local', region: 'eu-west-1', bucket: 'songs', prefix: '', access_key: 'AKIA' }, SECRET, 'hush')
  })

  it('asks once for the passphrase of a copy that is to be read', async () => {
    const heard = form({ use: 'read' })
    expect(page.find('[data-testid=copy-again]').exists()).toBe(false)
    await write('copy-passphrase', 'old')
    await begin()
    expect(heard.onBegin).toHaveBeenCalledWith({ kind: 'folder', path: '/media/disk' }, 'old', null)
  })

  it('hides what is typed until somebody wants to see it', async () => {
    form()
    const field = page.get('[data-testid=copy-passphrase]')
    expect(field.attributes('type')).toBe('password')
    await page.get('.field button').trigger('click')
    expect(field.attributes('type')).toBe('text')
  })
})

describe('the passphrase of a copy', () => {
  it('goes to the studio and is nowhere in the state of the page, nor in the form afterwards', async () => {
    setActivePinia(createPinia())
    setIpc(createFake())
    setLanguage('en')
    const copies = useCopies()
    await copies.load()
    const adding = vi.spyOn(ipc, 'addCopy')
    page = mount({ render: () => h(TooltipProvider, null, { default: () => h(CopyDialog, {
      open: true, copies: copies.list, problem: null, syncing: copies.syncing, working: false, refusal: null, pickFolder: async () => '/media/disk', add: copies.add, read: copies.restore,
    }) }) }, { attachTo: document.body, global: { plugins: [i18n] } })
    await flushPromises()
    outside('copy-new').click()
    await flushPromises()
    outside('copy-folder').click()
    await flushPromises()
    for (const id of ['copy-passphrase', 'copy-again']) {
      outside(id).value = SECRET
      outside(id).dispatchEvent(new Event('input'))
    }
    await flushPromises()
    expect(JSON.stringify(getActivePinia()!.state.value)).not.toContain('caballo')
    outside('copy-begin').click()
    await vi.waitFor(() => expect(outside('copy-new')).not.toBeNull(), { timeout: 3000 })
    expect(adding).toHaveBeenCalledWith({ kind: 'folder', path: '/media/disk' }, SECRET, null)
    expect(JSON.stringify(getActivePinia()!.state.value)).not.toContain('caballo')
    outside('copy-new').click()
    await flushPromises()
    expect(outside('copy-passphrase').value).toBe('')
  })
})
