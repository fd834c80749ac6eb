import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Queue } from '@/domain'
import { show } from '@/testing/page'
import QueueList from './QueueList.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const queue = (part: Partial<Queue> = {}): Queue => ({
  entries: ['Noche', 'Marea', 'Humo'].map((name, index) => ({ sound: `sound-${index}`, version: null, name, duration: 60 * (index + 1) })), current: 1, crossfade: 0, repeat: false, speed: 1, selection: null, compared: null, ...part,
})
function list(part: Partial<Queue> | null = {}) {
  const heard = { onPlay: vi.fn(), onRemove: vi.fn(), onClear: vi.fn(), onNext: vi.fn(), onPrevious: vi.fn(), onCrossfade: vi.fn(), onRepeat: vi.fn() }
  page = show(QueueList, { queue: part && queue(part), playing: true, keys: { next: 'ctrl+arrowright', previous: 'ctrl+arrowleft' }, ...heard })
  return heard
}
const find = (id: string) => page.get(`[data-testid=${id}]`)

describe('the queue', () => {
  it('says what it is for while it is empty', () => {
    list(null)
    expect(find('queue-empty').text()).toContain('The queue is empty')
    expect(page.find('[data-testid=queue-next]').exists()).toBe(false)
  })

  it('lists its sounds, how long they are together, and which is heard', () => {
    list()
    expect(page.text()).toContain('3 · 6:00')
    expect(page.findAll('[aria-current=true]').map((row) => row.text())).toEqual(['Marea2:00'])
  })

  it('tells hours as hours', () => {
    list({ entries: Array.from({ length: 40 }, (_, index) => ({ sound: `s${index}`, version: null, name: 'x', duration: 300 })) })
    expect(page.text()).toContain('40 · 3 h 20 min')
  })

  it('plays, removes, clears, goes on and back', async () => {
    const heard = list()
    await find('queue-entry-2').trigger('click')
    await find('queue-remove-0').trigger('click')
    await find('queue-clear').trigger('click')
    await find('queue-next').trigger('click')
    await find('queue-previous').trigger('click')
    await find('queue-repeat').trigger('click')
    expect(heard.onPlay).toHaveBeenCalledWith(2)
    expect(heard.onRemove).toHaveBeenCalledWith(0)
    expect(heard.onRepeat).toHaveBeenCalledWith(true)
    for (const each of ['onClear', 'onNext', 'onPrevious'] as const) expect(heard[each], each).toHaveBeenCalledTimes(1)
  })

  it('has no next after the last, unless it repeats', () => {
    list({ current: 2 })
    expect(find('queue-next').attributes('disabled')).toBeDefined()
    page.unmount()
    list({ current: 2, repeat: true })
    expect(find('queue-next').attributes('disabled')).toBeUndefined()
  })

  it('is one stop of the keyboard, and is walked with the arrows', async () => {
    const heard = list()
    expect(page.findAll('[data-entry][tabindex="0"]').length).toBe(1)
    ;(find('queue-entry-1').element as HTMLElement).focus()
    await find('queue-entry-1').trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement).toBe(find('queue-entry-2').element)
    await find('queue-entry-2').trigger('keydown', { key: 'Delete' })
    expect(heard.onRemove).toHaveBeenCalledWith(2)
  })

  it('says gapless at 0, and seconds above', async () => {
    const heard = list()
    expect(find('queue-crossfade').attributes('aria-valuetext')).toBe('gapless')
    await find('queue-crossfade').setValue('2.5')
    expect(heard.onCrossfade).toHaveBeenCalledWith(2.5)
    page.unmount()
    list({ crossfade: 4 })
    expect(find('queue-crossfade').attributes('aria-valuetext')).toBe('4.0 s')
  })
})
