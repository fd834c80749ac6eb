import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { Verification } from '@/domain'
import { AppError } from '@/ipc'
import { verificationOf } from '@/ipc/fake/library'
import { i18n, setLanguage } from '@/locales'
import LibraryMarks from './LibraryMarks.vue'

const NONE = verificationOf('')
const SPOKEN = verificationOf('synthetic speech')

function section(found: Verification | null, problem: AppError | null = null) {
  setLanguage('en')
  const page = mount(LibraryMarks, { props: { found, problem, looking: false }, global: { plugins: [i18n] } })
  return { page, verdict: page.get('[data-testid=marks]').attributes('data-verdict') }
}

describe('the origin of a sound', () => {
  it('is told with who made it and who allowed it', () => {
    const consent = [{ person: 'Ana', purpose: 'a jingle', date: '2026-11-22', sample: 'ab' }]
    const { page, verdict } = section({ ...SPOKEN, certificate: { ...SPOKEN.certificate!, consent } })
    expect(verdict).toBe('marked')
    for (const word of ['c0ffee42', 'Spoken by a machine', 'ef_dora', '2026-11-22', 'Ana · a jingle']) expect(page.text()).toContain(word)
  })

  it('is told of a song with the voices in it', () => {
    const { page, verdict } = section({ ...SPOKEN, certificate: { ...SPOKEN.certificate!, making: 'mixed', voice: 'ef_dora, toward Ana' } })
    expect(verdict).toBe('marked')
    expect(page.text()).toContain('A song with synthetic voices · ef_dora, toward Ana')
  })

  it('is not claimed where nothing is found', () => {
    const { page, verdict } = section(NONE)
    expect(verdict).toBe('unmarked')
    expect(page.text()).toContain('does not prove')
  })

  it('is doubted when mark and certificate are of two sounds, or the certificate is damaged', () => {
    for (const change of [{ agree: false }, { certificate: null, certificate_damaged: true, agree: null }]) expect(section({ ...SPOKEN, ...change }).verdict).toBe('doubtful')
  })

  it('is told with whether the file is still the one that was signed', () => {
    for (const [state, word] of [['intact', 'Intact, signer unknown · Son1k Studio 0.1.0'], ['altered', 'The file was changed since'], ['unreadable', 'Unreadable']] as const) {
      const { page, verdict } = section({ ...SPOKEN, credentials: { ...SPOKEN.credentials!, state } })
      expect([verdict, page.text().includes(word)]).toEqual(['marked', true])
    }
    const foreign = { ...NONE, credentials: { ...SPOKEN.credentials!, generator: null } }
    expect(section(foreign).verdict).toBe('marked')
    expect(section({ ...foreign, credentials: { ...foreign.credentials, synthetic: false } }).verdict).toBe('unmarked')
  })

  it('is looked for when it is asked for, and again after a failure', async () => {
    for (const { page } of [section(null), section(null, new AppError('not_found', 'the file is not there', 'Find it.'))]) {
      await page.get('button').trigger('click')
      expect(page.emitted('look')).toHaveLength(1)
    }
  })
})
