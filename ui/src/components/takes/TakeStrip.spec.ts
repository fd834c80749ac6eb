import { afterEach, describe, expect, it, vi } from 'vitest'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { makeSong } from '@/ipc/fake/fixtures'
import { PALETTE } from '@/ipc/fake/understanding'
import { show } from '@/testing/page'
import TakeStrip from './TakeStrip.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const good = makeSong({ prompt: 'dark reggaeton in A minor, 94 bpm' }, 42, Date.now()).take
const second = makeSong({ prompt: 'happy pop' }, 17, Date.now()).take

function strip(handlers: Record<string, unknown> = {}) {
  page = show(TakeStrip, { takes: [good, second], current: good.id, playing: false, palette: PALETTE, ...handlers })
  return page.findAll('[data-testid=take-row]')
}

async function choose(row: number, item: string) {
  const trigger = page.findAll('[data-testid=take-menu]')[row]!
  await trigger.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  const entry = document.querySelector<HTMLElement>(`[data-testid=${item}]`)
  entry?.click()
  await flushPromises()
}

describe('the list of takes', () => {
  it('shows tempo, key, loudness, peak, seed and tags', () => {
    const [first] = strip()
    const text = first!.text()
    for (const fact of ['Reggaeton', '94 BPM', 'A minor', '−14.0 LUFS', '−1.0 dBTP', '#42', 'latin']) expect(text).toContain(fact)
  })

  it('marks the take that is open', () => {
    const rows = strip()
    expect(rows.map((row) => row.attributes('aria-current'))).toEqual(['true', undefined])
  })

  it('keeps the reason of refused takes in reach', () => {
    const [first, other] = strip()
    expect(first!.find('[data-testid=take-refused]').exists()).toBe(false)
    expect(other!.get('[data-testid=take-refused]').attributes('aria-label')).toBe('1 take refused before this one')
  })

  it('asks to star', async () => {
    const onStar = vi.fn()
    const [first] = strip({ onStar })
    await first!.get('[data-testid=take-star]').trigger('click')
    expect(onStar).toHaveBeenCalledWith(good, true)
  })

  it('asks to use a request again and to delete from its menu', async () => {
    const onAgain = vi.fn()
    const onRemove = vi.fn()
    strip({ onAgain, onRemove })
    await choose(0, 'take-again')
    expect(onAgain).toHaveBeenCalledWith(good)
    await choose(1, 'take-delete')
    expect(onRemove).toHaveBeenCalledWith(second)
  })

  it('renames with Enter and leaves the name alone with Escape', async () => {
    const onRename = vi.fn()
    const [first] = strip({ onRename })
    await first!.get('.open').trigger('dblclick')
    await first!.get('.naming').setValue('Azotea')
    await first!.get('.naming').trigger('keydown', { key: 'Enter' })
    expect(onRename).toHaveBeenCalledWith(good, 'Azotea')
    await first!.get('.open').trigger('dblclick')
    await first!.get('.naming').setValue('Other')
    await first!.get('.naming').trigger('keydown', { key: 'Escape' })
    expect(onRename).toHaveBeenCalledTimes(1)
  })
})
