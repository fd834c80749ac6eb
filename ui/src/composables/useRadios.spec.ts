import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { useRadios } from './useRadios'

const SIDES = ['before', 'present', 'marked']
let page: VueWrapper
const chosen = ref('')
afterEach(() => page.unmount())

/** Each button in a wrapper of its own, as cards have them. */
function group(first: string) {
  chosen.value = first
  page = mount(defineComponent({
    setup() {
      const radio = useRadios(() => SIDES, () => chosen.value, (side) => { chosen.value = side })
      return () => h('div', { role: 'radiogroup' }, SIDES.map((side) => h('div', h('button', radio(side), side))))
    },
  }), { attachTo: document.body })
}
const buttons = () => page.findAll('[role=radio]')
const press = (key: string, part: KeyboardEventInit = {}) => buttons().find(({ element }) => element === document.activeElement)!.trigger('keydown', { key, ...part })

describe('a group of radio buttons', () => {
  it('is met once by Tab: at the one that is chosen', () => {
    group('present')
    expect(buttons().map((button) => button.attributes('tabindex'))).toEqual(['-1', '0', '-1'])
    expect(buttons().map((button) => button.attributes('aria-checked'))).toEqual(['false', 'true', 'false'])
  })

  it('is met at its first while none is chosen', () => {
    group('')
    expect(buttons().map((button) => button.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
  })

  it('is walked with arrows, around its ends, and the focus goes along', async () => {
    group('before')
    ;(buttons()[0]!.element as HTMLElement).focus()
    await press('ArrowLeft')
    expect(chosen.value).toBe('marked')
    expect(document.activeElement).toBe(buttons()[2]!.element)
    await press('ArrowDown')
    expect(chosen.value).toBe('before')
    await press('ArrowRight')
    expect(chosen.value).toBe('present')
  })

  it('leaves chords with Ctrl to the studio', async () => {
    group('before')
    ;(buttons()[0]!.element as HTMLElement).focus()
    await press('ArrowRight', { ctrlKey: true })
    expect(chosen.value).toBe('before')
  })

  it('is chosen with the mouse', async () => {
    group('before')
    await buttons()[2]!.trigger('click')
    expect(chosen.value).toBe('marked')
  })
})
