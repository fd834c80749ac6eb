import { describe, expect, it } from 'vitest'
import { caps, label, same, strokeOf } from './keys'
import { ACTIONS, actionsFor, conflicts, keysOf } from './registry'

const event = (key: string, code = '', modifiers: Partial<KeyboardEvent> = {}) =>
  ({ key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers })

const actionFor = (stroke: string, remapped: Record<string, string>) => actionsFor(stroke, remapped)[0]

describe('the registry of shortcuts', () => {
  it('has no conflict as delivered', () => {
    expect(conflicts({})).toEqual([])
  })

  it('names both actions when a remapped shortcut takes the keys of another', () => {
    expect(conflicts({ generate: 'ctrl+s' })).toEqual([{ keys: 'ctrl+s', actions: ['save', 'generate'] }])
  })

  it('finds a conflict with the second keys of an action, however they are written', () => {
    expect(conflicts({ stop: 'shift+ctrl+z' })).toEqual([{ keys: 'ctrl+shift+z', actions: ['redo', 'stop'] }])
  })

  it('lets remapped keys replace the delivered ones, and an empty text remove them', () => {
    expect(actionFor('ctrl+enter', { generate: 'ctrl+enter' })?.id).toBe('generate')
    expect(actionFor('ctrl+g', { generate: 'ctrl+enter' })).toBeUndefined()
    expect(keysOf('undo', { undo: '' })).toBe('')
    expect(actionFor('ctrl+z', { undo: '' })).toBeUndefined()
  })

  it('lets two rooms share keys, but no room those that count everywhere', () => {
    expect(actionsFor('c', {}).map(({ id }) => id)).toEqual(['compare', 'version_compare'])
    expect(conflicts({ version_star: 'g', loop: 'g' })).toEqual([])
    expect(conflicts({ version_star: 'ctrl+tab' })).toEqual([{ keys: 'ctrl+tab', actions: ['next_room', 'version_star'] }])
    expect(conflicts({ version_star: 'n' })).toEqual([{ keys: 'n', actions: ['version_star', 'version_name'] }])
  })

  it('leaves Ctrl+Z, Ctrl+Y and Space to text fields', () => {
    for (const id of ['undo', 'redo', 'play_pause']) expect(ACTIONS.find((action) => action.id === id)?.inText).toBe(false)
    expect(actionFor('ctrl+a', {})).toBeUndefined()
  })
})

describe('keys', () => {
  it('follow what the keyboard layout prints', () => {
    expect(strokeOf(event('?', 'Minus', { ctrlKey: true, shiftKey: true }))).toBe('ctrl+?')
    expect(actionFor(strokeOf(event('?', 'Slash', { ctrlKey: true, shiftKey: true })) ?? '', {})?.id).toBe('help')
    expect(strokeOf(event('Z', 'KeyW', { ctrlKey: true, shiftKey: true }))).toBe('ctrl+shift+z')
  })

  it('fall back to the position of the key in other alphabets', () => {
    expect(strokeOf(event('п', 'KeyG', { ctrlKey: true }))).toBe('ctrl+g')
  })

  it('are not a stroke while only modifiers are down', () => {
    expect(strokeOf(event('Control', 'ControlLeft', { ctrlKey: true }))).toBeNull()
  })

  it('are shown as key caps', () => {
    expect(caps('ctrl++')).toEqual(['Ctrl', '+'])
    expect(label('ctrl+shift+z')).toBe('Ctrl+Shift+Z')
    expect(same('ctrl+shift+z', 'shift+ctrl+z')).toBe(true)
  })
})
