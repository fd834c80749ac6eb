import type { LibrarySort } from '@/domain'

export type ColumnId = 'title' | 'artist' | 'album' | 'duration' | 'bpm' | 'key' | 'loudness' | 'tags' | 'rating' | 'added' | 'state'
export type Column = { id: ColumnId; sort: LibrarySort | null; right?: boolean }

/** The columns of the list, from left to right; narrow lists leave some out (`LibraryTable.vue`). */
export const COLUMNS: readonly Column[] = [
  { id: 'title', sort: 'title' }, { id: 'artist', sort: 'artist' }, { id: 'album', sort: 'album' }, { id: 'duration', sort: 'duration', right: true },
  { id: 'bpm', sort: 'bpm', right: true }, { id: 'key', sort: 'key' }, { id: 'loudness', sort: 'loudness', right: true }, { id: 'tags', sort: null },
  { id: 'rating', sort: 'rating' }, { id: 'added', sort: 'added', right: true }, { id: 'state', sort: null },
]

export const ROW_HEIGHT = 36
export const HEAD_HEIGHT = 32
