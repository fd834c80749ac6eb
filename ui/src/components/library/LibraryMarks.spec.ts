import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import type { Verification } from '@/domain'
import { AppError, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { verificationOf } from '@/ipc/fake/library'
import { i18n, setLanguage } from '@/locales'
import LibraryMarks from './LibraryMarks.vue'

async function section(answer: () => Promise<Verification>) {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams()))
  setLanguage('en')
  const sound = await ipc.getSound('sound-0')
  const verify = vi.spyOn(ipc, 'verifySound').mockImplementation(answer)
  const page = mount(LibraryMarks, { props: { sound: sound.id }, global: { plugins: [i18n, pinia] } })
  const look = async () => {
    await page.get('button').trigger('click')
    await flushPromises()
  }
  const spoken = verificationOf({ ...sound, tags: { ...sound.tags, comment: 'synthetic speech' } })
  return { page, look, verify, sound, spoken, verdict: () => page.get('[data-testid=marks]').attributes('data-verdict') }
}

describe('the origin of a sound', () => {
  it('is looked for when it is asked for, and told', async () => {
    let found: Verification | null = null
    const { page, look, verify, spoken, verdict } = await section(async () => found!)
    found = { ...spoken, certificate: { ...spoken.certificate!, consent: [{ person: 'Ana', purpose: 'a jingle', date: '2026-11-22', sample: 'ab' }] } }
    expect(verify).not.toHaveBeenCalled()
    await look()
    expect(verdict()).toBe('marked')
    for (const word of ['c0ffee42', 'Spoken by a machine', 'ef_dora', '2026-11-22', 'Ana · a jingle']) expect(page.text()).toContain(word)
  })

  it('is not claimed where nothing is found', async () => {
    let found: Verification | null = null
    const { page, look, sound, verdict } = await section(async () => found!)
    found = verificationOf(sound)
    await look()
    expect(verdict()).toBe('unmarked')
    expect(page.text()).toContain('does not prove')
  })

  it('is doubted when mark and certificate are of two sounds, or the certificate is damaged', async () => {
    for (const change of [{ agree: false }, { certificate: null, certificate_damaged: true, agree: null }]) {
      let found: Verification | null = null
      const { look, spoken, verdict } = await section(async () => found!)
      found = { ...spoken, ...change }
      await look()
      expect(verdict()).toBe('doubtful')
    }
  })

  it('can be asked for again after a failure', async () => {
    let fails = true
    const { page, look, sound, verdict } = await section(async () => {
      if (fails) throw new AppError('sound_missing', 'the file is not there', 'Find it.')
      return verificationOf(sound)
    })
    await look()
    expect(page.text()).toContain('the file is not there')
    fails = false
    await look()
    expect(verdict()).toBe('unmarked')
  })
})
