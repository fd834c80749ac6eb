import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CONFLICTS } from '@/ipc/fake/past'
import { show } from '@/testing/page'
import MergePanel from './MergePanel.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const keyOf = (conflict: { path: string[] }) => conflict.path.join('/')
function panel(part: Record<string, unknown> = {}, chosen: ('ours' | 'theirs' | null)[] = []) {
  const heard = { onChoose: vi.fn(), onHear: vi.fn(), onAll: vi.fn(), onBack: vi.fn(), onClose: vi.fn() }
  const decisions = CONFLICTS.map((conflict, index) => ({ conflict, chosen: chosen[index] ?? null }))
  const left = decisions.filter((each) => each.chosen === null).length
  page = show(MergePanel, { status: { branch: 'film', conflicts: CONFLICTS, kept_beside: ['stems/voice (film).wav'], last: true }, here: 'main', decisions, left, lastStep: true, deciding: null, bringing: null, keyOf, heard: null, keys: 'x', ...heard, ...part })
  return heard
}
const cards = () => page.findAll('[data-testid=conflict]')
const card = (kind: string) => page.get(`[data-kind=${kind}]`)

describe('the conflicts of a merge', () => {
  it('are told in the words of music, with what each side has and what was before', () => {
    panel()
    expect(cards().length).toBe(CONFLICTS.length)
    expect(card('tempo').text()).toContain('92 BPM')
    expect(card('tempo').text()).toContain('94 BPM')
    expect(card('tempo').text()).toContain('82 BPM')
    expect(card('lyrics').text()).toContain('Baja la luna por la azotea')
    expect(card('mixer').get('h4').text()).toBe('Dembow kit: fader')
    expect(card('track').text()).toContain('Not there')
  })

  it('draw notes beside each other on the same keys', () => {
    panel()
    const rolls = card('notes').findAll('svg.notes')
    expect(rolls.map((roll) => roll.findAll('rect').length)).toEqual([4, 8, 4])
    expect(card('notes').text()).toContain('8 notes')
  })

  it('say what is in the project for now, and are chosen', async () => {
    const heard = panel()
    expect(card('tempo').get('[data-testid=choose-ours]').attributes('aria-checked')).toBe('true')
    expect(card('tempo').text()).toContain('for now')
    await card('tempo').get('[data-testid=choose-theirs]').trigger('click')
    expect(heard.onChoose).toHaveBeenCalledWith(CONFLICTS[0], 'theirs')
    expect(page.get('[data-testid=merge-left]').text()).toBe('5 things to decide')
  })

  it('can be decided anew', async () => {
    const heard = panel({}, ['theirs', 'ours', 'ours', 'ours', 'ours'])
    expect(page.get('[data-testid=merge-left]').text()).toContain('Everything is decided')
    expect(card('tempo').attributes('data-kept')).toBe('theirs')
    await card('tempo').get('[data-testid=choose-ours]').trigger('click')
    expect(heard.onChoose).toHaveBeenCalledWith(CONFLICTS[0], 'ours')
  })

  it('are walked with arrows, which choose, and stay in reach while the studio decides', async () => {
    const heard = panel()
    const ours = () => card('tempo').get('[data-testid=choose-ours]')
    expect(ours().attributes('tabindex')).toBe('0')
    await ours().trigger('keydown', { key: 'ArrowRight' })
    expect(heard.onChoose).toHaveBeenCalledWith(CONFLICTS[0], 'theirs')
    expect(document.activeElement).toBe(card('tempo').get('[data-testid=choose-theirs]').element)
    page.unmount()
    const waiting = panel({ deciding: keyOf(CONFLICTS[0]!) })
    await ours().trigger('click')
    expect(waiting.onChoose).not.toHaveBeenCalled()
    expect(ours().attributes('disabled')).toBeUndefined()
    expect(ours().attributes('aria-disabled')).toBe('true')
  })

  it('let both sides be heard first', async () => {
    const heard = panel({ bringing: null })
    await card('notes').get('[data-testid=hear-theirs]').trigger('click')
    expect(heard.onHear).toHaveBeenCalledWith(CONFLICTS[1], 'theirs')
    expect(card('notes').get('[data-testid=hear-theirs]').attributes('aria-label')).toContain('film')
  })

  it('take what is left from one side at once', async () => {
    const heard = panel()
    await page.get('[data-testid=all-theirs]').trigger('click')
    expect(heard.onAll).toHaveBeenCalledWith('theirs')
  })

  it('name the files that both sides changed', () => {
    panel()
    expect(page.text()).toContain('1 file was changed in both')
    expect(page.text()).toContain('stems/voice (film).wav')
  })
})

describe('taking the merge back', () => {
  it('is one click while nothing was done since', async () => {
    const heard = panel()
    await page.get('[data-testid=merge-back]').trigger('click')
    expect(heard.onBack).toHaveBeenCalledTimes(1)
  })

  it('says what to do when something was', () => {
    panel({ lastStep: false })
    expect(page.get('[data-testid=merge-back]').attributes('disabled')).toBeDefined()
    expect(page.text()).toContain('undo that first')
  })
})
