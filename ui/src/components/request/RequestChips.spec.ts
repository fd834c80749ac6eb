import { afterEach, describe, expect, it, vi } from 'vitest'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { setLanguage } from '@/locales'
import { blankRequest } from '@/ipc/fake/song'
import { PALETTE, understand } from '@/ipc/fake/understanding'
import { show } from '@/testing/page'
import RequestChips from './RequestChips.vue'

let page: VueWrapper
afterEach(() => page.unmount())

function chips(prompt: string, handlers: Record<string, unknown> = {}) {
  const understanding = understand({ ...blankRequest(), prompt, bpm: 100 })
  page = show(RequestChips, { understanding, palette: PALETTE, reading: false, problem: null, ...handlers })
  return page
}

describe('the chips of what was understood', () => {
  it('tell a field, words of the prompt and a choice of the studio apart', () => {
    chips('dark reggaeton')
    expect(page.get('[data-testid=chip-tempo]').attributes('data-source')).toBe('field')
    expect(page.get('[data-testid=chip-style]').attributes('data-source')).toBe('prompt')
    expect(page.get('[data-testid=chip-key]').attributes('data-source')).toBe('chosen')
  })

  it('can be removed, except those that the studio chose', async () => {
    const onRemove = vi.fn()
    chips('dark reggaeton', { onRemove })
    expect(page.find('[data-testid=chip-key] [data-testid=chip-remove]').exists()).toBe(false)
    await page.get('[data-testid=chip-mood] [data-testid=chip-remove]').trigger('click')
    expect(onRemove).toHaveBeenCalledWith(expect.objectContaining({ kind: 'mood', value: 'dark', words: 'dark' }))
  })

  it('open an editor that sets the explicit field', async () => {
    const onChange = vi.fn()
    chips('dark reggaeton', { onChange })
    await page.get('[data-testid=chip-style] button').trigger('click')
    await flushPromises()
    const house = document.querySelector<HTMLButtonElement>('[data-testid=choice-house]')
    house?.click()
    expect(onChange).toHaveBeenCalledWith({ style: 'house' })
  })

  it('say which words meant nothing', () => {
    chips('dark reggaeton with zorbling')
    expect(page.get('[data-testid=not-understood]').text()).toContain('zorbling')
  })

  it('are worded in Spanish too', async () => {
    chips('dark reggaeton without piano')
    setLanguage('es')
    await flushPromises()
    expect(page.get('[data-testid=chip-style]').text()).toContain('Reguetón')
    expect(page.get('[data-testid=chip-key]').text()).toContain('La menor')
    expect(page.get('[data-testid=chip-without]').text()).toBe('Sinpiano')
  })
})
