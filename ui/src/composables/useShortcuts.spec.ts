import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, KeepAlive, nextTick, ref } from 'vue'
import { useAnswers } from './useAnswers'
import { useShortcuts } from './useShortcuts'

let page: VueWrapper
const answer = vi.fn()
const here = ref(true)
const Room = { setup: () => { useAnswers({ loop: answer, show_loudness: answer, generate: answer }); return () => h('i') } }
const Other = { render: () => h('b') }

beforeEach(() => {
  answer.mockClear()
  here.value = true
  page = mount({
    setup: () => {
      useShortcuts(ref({}))
      return () => h('main', [h(KeepAlive, null, { default: () => h(here.value ? Room : Other) }), h('input', { type: 'text' }), h('div', { role: 'dialog' }, [h('button', 'x')]), h('em', { 'data-takes-keys': '' }), h('div', { role: 'menu' }, [h('a', { role: 'menuitem' }, 'y')])])
    },
  }, { attachTo: document.body })
})
afterEach(() => page.unmount())

const press = (selector: string, key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  page.get(selector).element.dispatchEvent(event)
  return event
}

describe('a shortcut of one letter', () => {
  it('answers in the room', () => {
    expect(press('i', 'l').defaultPrevented).toBe(true)
    press('i', 'L', { shiftKey: true })
    expect(answer).toHaveBeenCalledTimes(2)
  })

  it('is a letter where somebody types, looks through a menu or answers a dialog', () => {
    for (const selector of ['input', '[role=menuitem]', '[role=dialog] button']) {
      expect(press(selector, 'l').defaultPrevented, selector).toBe(false)
      expect(press(selector, 'L', { shiftKey: true }).defaultPrevented, selector).toBe(false)
    }
    expect(answer).not.toHaveBeenCalled()
  })

  it('does nothing while new keys for a shortcut are waited for', () => {
    expect(press('em', 'l').defaultPrevented).toBe(false)
    expect(press('em', 'g', { ctrlKey: true }).defaultPrevented).toBe(false)
    expect(answer).not.toHaveBeenCalled()
  })

  it('leaves chords with Ctrl alone: those answer everywhere', () => {
    press('[role=dialog] button', 'g', { ctrlKey: true })
    expect(answer).toHaveBeenCalledTimes(1)
  })

  it('is silent while another room is open, and answers again afterwards', async () => {
    here.value = false
    await nextTick()
    press('b', 'l')
    expect(answer).not.toHaveBeenCalled()
    here.value = true
    await nextTick()
    press('i', 'l')
    expect(answer).toHaveBeenCalledTimes(1)
  })
})
