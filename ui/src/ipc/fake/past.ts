import type { Branch, Change, Conflict, Note, Occasion, Version, VersionId } from '@/domain'
import { randomFrom } from './song'

// A past that somebody could have had: an evening of work, a slower week, two other ways, one of them brought in.

const HOUR_MS = 3_600_000
const idOf = (index: number) => (((index + 3) * 2654435761) >>> 0).toString(16).padStart(8, '0').repeat(8)

const FADER = (name: string, track: string, before: number, after: number): Change => ({ kind: 'mixer', track, name, control: 'fader', before: { unit: 'db', value: before }, after: { unit: 'db', value: after } })
const NOTES = (name: string, track: string, added: number, removed: number, changed: number, first: number): Change =>
  ({ kind: 'notes', track, name, added, removed, changed, before: [{ first, last: first + 3 }], after: [{ first, last: first + 3 }] })

/** What each line of the past was about, in turn. */
const WORK: Change[][] = [
  [NOTES('808', 'bass', 12, 3, 2, 5)],
  [FADER('Dembow kit', 'drums', 0, -2.5), FADER('Pluck', 'arpeggio', 0, 1.5)],
  [{ kind: 'tempo', before: 92, after: 94 }],
  [{ kind: 'chords', added: 1, removed: 0, changed: 3, before: [{ first: 9, last: 12 }], after: [{ first: 9, last: 12 }] }],
  [{ kind: 'lyrics', added: 18, removed: 4 }],
  [{ kind: 'clip_added', track: 'lead', name: 'Saw lead', section: 'chorus-3', section_kind: 'chorus', notes: 46 }, NOTES('Saw lead', 'lead', 8, 0, 5, 17)],
  [{ kind: 'mixer', track: 'lead', name: 'Saw lead', control: 'reverb', before: { unit: 'off' }, after: { unit: 'db', value: -14 } }, { kind: 'mixer', track: 'pad', name: 'Warm pad', control: 'pan', before: { unit: 'pan', value: 0 }, after: { unit: 'pan', value: -0.3 } }],
  [{ kind: 'section_resized', section: 'bridge-6', section_kind: 'bridge', before: { first: 41, last: 48 }, after: { first: 41, last: 52 } }],
  [{ kind: 'track_sound', track: 'bass', name: '808', before: { kind: 'synth', patch: 'reese_bass' }, after: { kind: 'synth', patch: 'sub808' } }],
  [{ kind: 'mixer', track: null, name: '', control: 'reverb_time', before: { unit: 'seconds', value: 1.8 }, after: { unit: 'seconds', value: 2.6 } }],
  [{ kind: 'section_energy', section: 'verse-4', section_kind: 'verse', before: 0.55, after: 0.7 }],
  [{ kind: 'track_added', track: 'counter', name: 'Bell', role: 'counter', notes: 64 }],
]

type Plan = [branch: string, occasion: Occasion, message: string, hoursAgo: number, changes?: Change[]]
const quiet = (branch: string, from: number, to: number, count: number): Plan[] => Array.from({ length: count }, (_, index): Plan => [branch, index % 5 === 3 ? 'close' : 'pause', '', from + ((to - from) * index) / Math.max(1, count - 1)])

const PLANS: Plan[] = [
  ['main', 'named', 'Primera idea', 312, [{ kind: 'lanes_replaced', before: null, after: 'take-2', title: 'Dark reggaeton' }]],
  ...quiet('main', 310, 300, 6),
  ['main', 'named', 'Bass line that works', 288, WORK[0]],
  ...quiet('main', 287, 262, 5),
  ['main', 'named', 'Letra del primer verso', 240, WORK[4]],
  ...quiet('main', 238, 222, 4),
  ['sin batería', 'branch', '', 216],
  ['sin batería', 'named', 'Only pad and voice', 212, [{ kind: 'track_removed', track: 'drums', name: 'Dembow kit', role: 'drums', notes: 812 }, FADER('Warm pad', 'pad', -4, 0)]],
  ...quiet('sin batería', 210, 196, 4),
  ...quiet('main', 190, 170, 6),
  ['main', 'named', 'Chorus opens up', 164, WORK[5]],
  ['sin batería', 'named', 'Bells over the bridge', 150, WORK[11]],
  ...quiet('main', 144, 122, 5),
  ['main', 'before', '', 120],
  ['main', 'merge', '', 119.9, [{ kind: 'track_added', track: 'counter', name: 'Bell', role: 'counter', notes: 64 }, FADER('Warm pad', 'pad', -4, 0)]],
  ...quiet('main', 110, 80, 5),
  ['película', 'branch', '', 76],
  ['película', 'named', 'Slower, for the film', 74, [{ kind: 'tempo', before: 94, after: 82 }, { kind: 'meter', before: { beats: 4, unit: 4 }, after: { beats: 6, unit: 8 } }]],
  ...quiet('película', 72, 60, 3),
  ['main', 'outside', '', 52],
  ...quiet('main', 50, 30, 4),
  ['película', 'named', 'Strings instead of the lead', 28, [{ kind: 'track_sound', track: 'lead', name: 'Saw lead', before: { kind: 'synth', patch: 'saw_lead' }, after: { kind: 'sound_font', bank: 0, program: 48 } }]],
  ['main', 'named', 'Mix for the radio', 22, WORK[6]],
  ...quiet('main', 20, 3, 3),
  ['main', 'named', 'Voice up front, drums a little back', 1.4, [FADER('Dembow kit', 'drums', -1, -3.5), { kind: 'mixer', track: null, name: '', control: 'high_shelf', before: { unit: 'db', value: 0 }, after: { unit: 'db', value: 1.5 } }, WORK[4]![0]!]],
  ['main', 'pause', '', 0.3],
]

const MAKER = 'Lucía Ferrer'

/** Versions, oldest first, and their branches. */
export function makePast(now: number): { versions: Version[]; branches: Branch[] } {
  const random = randomFrom(31)
  const versions: Version[] = []
  const tips = new Map<string, VersionId>()
  PLANS.forEach(([branch, occasion, message, hoursAgo, changes], index) => {
    const foremost = changes ?? (occasion === 'branch' ? [] : occasion === 'outside' ? [] : WORK[index % WORK.length]!)
    const parents = [tips.get(branch) ?? tips.get('main')].filter((id): id is string => id !== undefined)
    if (occasion === 'merge') parents.push(tips.get('sin batería')!)
    const id = idOf(index)
    versions.push({
      id, message, occasion, branch, author: branch === 'película' ? 'Sam' : MAKER, time_ms: now - hoursAgo * HOUR_MS, parents, starred: message === 'Chorus opens up', files: 9 + Math.floor(index / 9),
      bytes: 212e6 + index * 1.7e6, added_bytes: Math.round(changes ? 40_000 + random() * 6e6 : 2_000 + random() * 30_000), changes: foremost.length + (index % 4 === 0 ? 2 : 0), foremost,
    })
    tips.set(branch, id)
  })
  return { versions, branches: branchesOf(versions) }
}

export function branchesOf(versions: Version[]): Branch[] {
  const found = new Map<string, Branch>()
  for (const { branch, id, time_ms: time } of versions) found.set(branch, { name: branch, tip: id, time_ms: time })
  return [...found.values()].sort((a, b) => b.time_ms - a.time_ms)
}

/** As many versions as somebody has after years. */
export function longPast(count: number, now: number): { versions: Version[]; branches: Branch[] } {
  const versions: Version[] = []
  for (let index = 0; index < count; index++) {
    const branch = index % 97 > 80 ? `way ${Math.floor(index / 97) % 4}` : 'main'
    const last = [...versions].reverse().find((version) => version.branch === branch) ?? versions.at(-1)
    versions.push({
      id: idOf(index), message: index % 7 === 0 ? `Version ${index}` : '', occasion: index % 7 === 0 ? 'named' : 'pause', branch, author: MAKER, time_ms: now - (count - index) * HOUR_MS, parents: last ? [last.id] : [], starred: index % 50 === 0,
      files: 12, bytes: 2e8, added_bytes: 20_000, changes: 1, foremost: WORK[index % WORK.length]!,
    })
  }
  return { versions, branches: branchesOf(versions) }
}

const line = (pitches: number[], step: number): Note[] => pitches.map((pitch, index) => ({ start: index * step, length: step * 0.85, pitch, velocity: 70 + ((index * 13) % 40) }))

/** What both ways changed, each in its own manner. */
export const CONFLICTS: Conflict[] = [
  { what: { kind: 'tempo' }, path: ['score', 'bpm'], subject: '', base: { kind: 'tempo', bpm: 92 }, ours: { kind: 'tempo', bpm: 94 }, theirs: { kind: 'tempo', bpm: 82 }, kept: 'ours' },
  {
    what: { kind: 'notes', track: 'bass', section: 'chorus-3' }, path: ['tracks', 'bass', 'chorus-3'], subject: '808', base: { kind: 'notes', notes: line([33, 33, 36, 31], 480) },
    ours: { kind: 'notes', notes: line([33, 45, 33, 36, 31, 43, 31, 29], 240) }, theirs: { kind: 'notes', notes: line([33, 31, 29, 28], 960) }, kept: 'theirs',
  },
  { what: { kind: 'lyrics', line: 5 }, path: ['lyrics', '5'], subject: '', base: { kind: 'text', text: 'Sube la noche por la azotea' }, ours: { kind: 'text', text: 'Sube la noche por tu azotea,\nnadie nos mira' }, theirs: { kind: 'text', text: 'Baja la luna por la azotea' }, kept: 'theirs' },
  { what: { kind: 'mixer', track: 'drums', control: 'fader' }, path: ['mixer', 'drums', 'fader'], subject: 'Dembow kit', base: { kind: 'figure', figure: { unit: 'db', value: 0 } }, ours: { kind: 'figure', figure: { unit: 'db', value: -3.5 } }, theirs: { kind: 'figure', figure: { unit: 'off' } }, kept: 'ours' },
  { what: { kind: 'track', track: 'counter' }, path: ['tracks', 'counter'], subject: 'Bell', base: { kind: 'track', name: 'Bell', notes: 64 }, ours: { kind: 'track', name: 'Bell', notes: 72 }, theirs: { kind: 'nothing' }, kept: 'ours' },
]
