import { parseAll, same } from './keys'

export type ActionId =
  | 'next_room' | 'save' | 'new_project' | 'undo' | 'redo' | 'help'
  | 'search_library' | 'import_sounds' | 'show_details'
  | 'record' | 'master' | 'clean' | 'split' | 'notes'
  | 'play_picked' | 'queue_picked' | 'compare' | 'hear_other' | 'loop' | 'show_stage' | 'show_waveform' | 'show_spectrum' | 'show_loudness' | 'show_meters'
  | 'restart_meters' | 'slower' | 'faster' | 'speed_reset' | 'next_sound' | 'previous_sound' | 'queue'
  | 'search_versions' | 'version_compare' | 'version_mark' | 'version_branch' | 'version_merge' | 'version_restore' | 'version_star' | 'version_name'
  | 'speech_mode' | 'listen_mode' | 'modulate_mode' | 'own_mode' | 'upload_sample' | 'record_sample' | 'voice_begin' | 'voice_preview' | 'live_voice' | 'dictate'
  | 'generate' | 'focus_prompt' | 'focus_lyrics' | 'play_pause' | 'stop' | 'jobs' | 'zoom_in' | 'zoom_out' | 'zoom_fit'

export type Action = {
  id: ActionId
  group: 'global' | 'ghost' | 'voice' | 'audio' | 'history' | 'transport'
  /** Alternatives separated by spaces. */
  keys: string
  /** Whether it also answers while somebody types; keys that mean something in a text field must not. */
  inText: boolean
}

/** Every shortcut of the studio. Tooltips, menus, the help sheet and the settings are made from this list. */
export const ACTIONS: readonly Action[] = [
  { id: 'next_room', group: 'global', keys: 'ctrl+tab', inText: true },
  { id: 'save', group: 'global', keys: 'ctrl+s', inText: true },
  { id: 'new_project', group: 'global', keys: 'ctrl+n', inText: true },
  { id: 'undo', group: 'global', keys: 'ctrl+z', inText: false },
  { id: 'redo', group: 'global', keys: 'ctrl+y ctrl+shift+z', inText: false },
  { id: 'jobs', group: 'global', keys: 'ctrl+j', inText: true },
  { id: 'help', group: 'global', keys: 'ctrl+?', inText: true },
  { id: 'generate', group: 'ghost', keys: 'ctrl+g', inText: true },
  { id: 'focus_prompt', group: 'ghost', keys: 'ctrl+p', inText: true },
  { id: 'focus_lyrics', group: 'ghost', keys: 'ctrl+l', inText: true },
  { id: 'speech_mode', group: 'voice', keys: 'ctrl+t', inText: true },
  { id: 'listen_mode', group: 'voice', keys: 'ctrl+l', inText: true },
  { id: 'modulate_mode', group: 'voice', keys: 'ctrl+m', inText: true },
  { id: 'own_mode', group: 'voice', keys: 'ctrl+o', inText: true },
  { id: 'upload_sample', group: 'voice', keys: 'ctrl+u', inText: true },
  { id: 'record_sample', group: 'voice', keys: 'ctrl+r', inText: true },
  { id: 'voice_begin', group: 'voice', keys: 'ctrl+enter', inText: true },
  { id: 'voice_preview', group: 'voice', keys: 'ctrl+shift+enter', inText: true },
  { id: 'live_voice', group: 'voice', keys: 'ctrl+shift+l', inText: true },
  { id: 'dictate', group: 'voice', keys: 'ctrl+d', inText: true },
  { id: 'search_library', group: 'audio', keys: 'ctrl+f', inText: true },
  { id: 'import_sounds', group: 'audio', keys: 'ctrl+i', inText: true },
  { id: 'show_details', group: 'audio', keys: 'ctrl+d', inText: true },
  { id: 'record', group: 'audio', keys: 'ctrl+r', inText: true },
  { id: 'master', group: 'audio', keys: 'ctrl+m', inText: true },
  { id: 'clean', group: 'audio', keys: 'ctrl+k', inText: true },
  { id: 'split', group: 'audio', keys: 'ctrl+shift+s', inText: true },
  { id: 'notes', group: 'audio', keys: 'ctrl+shift+n', inText: true },
  { id: 'play_picked', group: 'audio', keys: 'shift+space', inText: false },
  { id: 'queue_picked', group: 'audio', keys: 'shift+q', inText: false },
  { id: 'compare', group: 'audio', keys: 'c', inText: false },
  { id: 'loop', group: 'audio', keys: 'l', inText: false },
  { id: 'show_stage', group: 'audio', keys: 'ctrl+e', inText: true },
  { id: 'show_waveform', group: 'audio', keys: 'w', inText: false },
  { id: 'show_spectrum', group: 'audio', keys: 's', inText: false },
  { id: 'show_loudness', group: 'audio', keys: 'shift+l', inText: false },
  { id: 'show_meters', group: 'audio', keys: 'm', inText: false },
  { id: 'restart_meters', group: 'audio', keys: 'shift+m', inText: false },
  { id: 'search_versions', group: 'history', keys: 'ctrl+f', inText: true },
  { id: 'version_compare', group: 'history', keys: 'c', inText: false },
  { id: 'version_mark', group: 'history', keys: 'm', inText: false },
  { id: 'version_branch', group: 'history', keys: 'b', inText: false },
  { id: 'version_merge', group: 'history', keys: 'shift+m', inText: false },
  { id: 'version_restore', group: 'history', keys: 'r', inText: false },
  { id: 'version_star', group: 'history', keys: 's', inText: false },
  { id: 'version_name', group: 'history', keys: 'n', inText: false },
  { id: 'play_pause', group: 'transport', keys: 'space', inText: false },
  { id: 'stop', group: 'transport', keys: 'ctrl+space', inText: true },
  { id: 'hear_other', group: 'transport', keys: 'x', inText: false },
  { id: 'previous_sound', group: 'transport', keys: 'ctrl+arrowleft', inText: false },
  { id: 'next_sound', group: 'transport', keys: 'ctrl+arrowright', inText: false },
  { id: 'queue', group: 'transport', keys: 'q', inText: false },
  { id: 'slower', group: 'transport', keys: '<', inText: false },
  { id: 'faster', group: 'transport', keys: '>', inText: false },
  { id: 'speed_reset', group: 'transport', keys: '.', inText: false },
  { id: 'zoom_in', group: 'transport', keys: 'ctrl++ ctrl+= + =', inText: false },
  { id: 'zoom_out', group: 'transport', keys: 'ctrl+- -', inText: false },
  { id: 'zoom_fit', group: 'transport', keys: 'ctrl+0', inText: false },
]

export type Remapped = Record<string, string>
export type Conflict = { keys: string; actions: ActionId[] }

/** The keys of an action, as remapped or as delivered; an empty string means none. */
export function keysOf(id: ActionId, remapped: Remapped): string {
  return remapped[id] ?? ACTIONS.find((action) => action.id === id)?.keys ?? ''
}

/** The first alternative, the one that tooltips show. */
export const mainKeysOf = (id: ActionId, remapped: Remapped) => keysOf(id, remapped).split(' ')[0] ?? ''

/** The actions that keys mean: one, or one a room. */
export function actionsFor(stroke: string, remapped: Remapped): Action[] {
  return ACTIONS.filter((action) => keysOf(action.id, remapped).split(' ').some((keys) => keys && same(keys, stroke)))
}

const ROOM_GROUPS: Action['group'][] = ['ghost', 'voice', 'audio', 'history']
const groupOf = (id: ActionId) => ACTIONS.find((action) => action.id === id)!.group
/** Whether both can be meant at once; two rooms are never open together. */
const meet = (one: ActionId, other: ActionId) => {
  const [a, b] = [groupOf(one), groupOf(other)]
  return a === b || !ROOM_GROUPS.includes(a) || !ROOM_GROUPS.includes(b)
}

/** Keys that more than one action claims. */
export function conflicts(remapped: Remapped): Conflict[] {
  const claims = new Map<string, ActionId[]>()
  for (const action of ACTIONS) {
    const keys = keysOf(action.id, remapped)
    for (const [index] of parseAll(keys).entries()) {
      const text = keys.split(' ').filter(Boolean)[index]!
      const known = [...claims.keys()].find((other) => same(other, text)) ?? text
      claims.set(known, [...(claims.get(known) ?? []), action.id])
    }
  }
  return [...claims].map(([keys, actions]) => ({ keys, actions: actions.filter((one) => actions.some((other) => other !== one && meet(one, other))) }))
    .filter(({ actions }) => actions.length > 1)
}
