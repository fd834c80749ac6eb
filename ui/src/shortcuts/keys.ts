// Keys as people write them: `ctrl+shift+z`, `space`, `ctrl+?`. What a key *prints* decides, so that a shortcut
// follows the keyboard layout; letters of other alphabets fall back to the position of the key.

export type Stroke = { key: string; ctrl: boolean; alt: boolean; shift: boolean }
type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const MODIFIERS = new Set(['control', 'shift', 'alt', 'meta', 'altgraph'])
const SHOWN: Record<string, string> = {
  ctrl: 'Ctrl', shift: 'Shift', alt: 'Alt', space: 'Space', tab: 'Tab', escape: 'Esc', enter: 'Enter',
  arrowleft: '←', arrowright: '→', arrowup: '↑', arrowdown: '↓', delete: 'Del', pageup: 'PgUp', pagedown: 'PgDn', home: 'Home', end: 'End', backspace: '⌫',
}

const isLetter = (key: string) => /^\p{L}$/u.test(key)

/** Reads one chord of keys; alternatives of an action are separated by spaces, see `parseAll`. */
export function parse(text: string): Stroke {
  const parts = text.toLowerCase().split('+').map((part) => part.trim())
  const key = text.endsWith('+') ? '+' : parts.at(-1) ?? ''
  return { key, ctrl: parts.includes('ctrl'), alt: parts.includes('alt'), shift: parts.includes('shift') }
}

export const parseAll = (text: string) => text.split(' ').filter(Boolean).map(parse)

function keyOf(event: Pressed): string {
  if (event.key === ' ') return 'space'
  const key = event.key.toLowerCase()
  const latin = /^[\x20-\x7e]$/.test(key)
  const position = /^Key([A-Z])$/.exec(event.code)
  return !latin && isLetter(key) && position ? position[1]!.toLowerCase() : key
}

/** Writes the keys of an event in the notation of the registry; `null` while only modifiers are down. */
export function strokeOf(event: Pressed): string | null {
  const key = keyOf(event)
  if (MODIFIERS.has(key) || key === 'dead') return null
  const shift = event.shiftKey && (isLetter(key) || key.length > 1)
  return [(event.ctrlKey || event.metaKey) && 'ctrl', event.altKey && 'alt', shift && 'shift', key].filter(Boolean).join('+')
}

const canonical = ({ key, ctrl, alt, shift }: Stroke) => [ctrl && 'ctrl', alt && 'alt', shift && 'shift', key].filter(Boolean).join('+')

/** Whether two notations mean the same keys. */
export const same = (left: string, right: string) => canonical(parse(left)) === canonical(parse(right))

/** The parts to show as key caps: `['Ctrl', 'Shift', 'Z']`. */
export function caps(text: string): string[] {
  const { key, ctrl, alt, shift } = parse(text)
  return [ctrl && 'ctrl', alt && 'alt', shift && 'shift', key].filter((part): part is string => Boolean(part))
    .map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part))
}

/** `Ctrl+Shift+Z`, for tooltips and menus. */
export const label = (text: string) => caps(text).join('+')
