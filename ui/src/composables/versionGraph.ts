import type { Occasion, Version, VersionId } from '@/domain'

// The timeline as a drawing: which versions are one line, in which lane each line lies, and what runs past it.

/** A line of the timeline: a version, or neighbours that nobody named. */
export type GraphLine = { key: string; versions: Version[]; folded: boolean }

/** What is drawn of a connection inside one line, from the later version above to the earlier one below. */
export type Stroke = {
  /**
   * `top` and `bottom` are halves beside the dot, `past` runs by, `part` bends from above into the dot of a branch's
   * beginning, `meet` bends from the dot of a merge downwards, `end` fades below it.
   */
  kind: 'top' | 'bottom' | 'past' | 'part' | 'meet' | 'end'
  from: number
  to: number
  /** Whose colour it has. */
  branch: string
  /** Whether versions between the two are not shown. */
  skips: boolean
}

export type GraphRow = GraphLine & { lane: number; strokes: Stroke[] }
export type VersionGraph = { rows: GraphRow[]; lanes: number; rowOf: Map<VersionId, number> }

const QUIET: Occasion[] = ['pause', 'before', 'close']
/** Fewer are shown one by one. */
const LEAST_FOLDED = 2

export const isAutomatic = ({ occasion, message }: Pick<Version, 'occasion' | 'message'>) => QUIET.includes(occasion) && message === ''

/** How often a version is the parent of another: branches begin at those that are so more than once. */
function childrenOf(versions: Version[]) {
  const count = new Map<VersionId, number>()
  for (const { parents } of versions) for (const parent of parents) count.set(parent, (count.get(parent) ?? 0) + 1)
  return count
}

type Places = { head: VersionId | null; tips: ReadonlySet<VersionId> }

export const lineOf = (version: Version): GraphLine => ({ key: version.id, versions: [version], folded: false })

/** Shows one by one what is in the lines that were opened; a line is known by its oldest version. */
export const unfold = (lines: GraphLine[], opened: ReadonlySet<VersionId>) => lines.flatMap((line) => (line.folded && opened.has(line.versions.at(-1)!.id) ? line.versions.map(lineOf) : [line]))

/** Puts neighbouring automatic versions of one branch together, but for those at which something begins, ends or stands. */
export function foldVersions(shown: Version[], all: Version[], { head, tips }: Places): GraphLine[] {
  const children = childrenOf(all)
  const merged = new Set(all.flatMap(({ parents }) => parents.slice(1)))
  const quiet = (version: Version) =>
    isAutomatic(version) && !version.starred && version.id !== head && !tips.has(version.id) && (children.get(version.id) ?? 0) < 2 && !merged.has(version.id) && version.parents.length < 2
  const lines: GraphLine[] = []
  let run: Version[] = []

  function close() {
    const [first] = run
    if (first && run.length >= LEAST_FOLDED) {
      // The oldest names it: newer ones may join later.
      lines.push({ key: `fold-${run.at(-1)!.id}`, versions: run, folded: true })
    } else if (first) lines.push(lineOf(first))
    run = []
  }

  for (const version of shown) {
    if (!quiet(version)) {
      close()
      lines.push(lineOf(version))
      continue
    }
    const before = run.at(-1)
    if (before && (before.branch !== version.branch || before.parents[0] !== version.id)) close()
    run.push(version)
  }
  close()
  return lines
}

type Edge = { from: number; to: number; branch: string; merge: boolean; skips: boolean }

/** The nearest version that is shown, going back; and whether some were passed over. */
function shownAncestor(start: VersionId, byId: Map<VersionId, Version>, rowOf: Map<VersionId, number>) {
  let id: VersionId | undefined = start
  let skips = false
  while (id !== undefined && !rowOf.has(id)) {
    skips = true
    id = byId.get(id)?.parents[0]
  }
  return id === undefined ? null : { row: rowOf.get(id)!, skips }
}

function edgesOf(lines: GraphLine[], byId: Map<VersionId, Version>, rowOf: Map<VersionId, number>) {
  const edges: Edge[] = []
  const ends: { row: number; branch: string }[] = []
  lines.forEach(({ versions }, row) => {
    const oldest = versions.at(-1)!
    oldest.parents.forEach((parent, index) => {
      const found = shownAncestor(parent, byId, rowOf)
      const branch = index > 0 ? (byId.get(parent)?.branch ?? oldest.branch) : oldest.branch
      if (!found) ends.push({ row, branch: oldest.branch })
      else if (found.row > row) edges.push({ from: row, to: found.row, branch, merge: index > 0, skips: found.skips })
    })
  })
  return { edges, ends }
}

/** Gives each branch a lane for as long as it is seen; a lane is free again below the branch's beginning. */
function lanesOf(lines: GraphLine[], edges: Edge[], order: string[]) {
  const spans = new Map<string, { from: number; to: number }>()
  const widen = (branch: string, from: number, to: number) => {
    const span = spans.get(branch)
    spans.set(branch, { from: Math.min(span?.from ?? from, from), to: Math.max(span?.to ?? to, to) })
  }
  lines.forEach(({ versions }, row) => widen(versions[0]!.branch, row, row))
  for (const { from, to, branch } of edges) widen(branch, from, to)
  const lanes = new Map<string, number>()
  const taken: { from: number; to: number }[][] = []
  const rank = (branch: string) => (order.includes(branch) ? order.indexOf(branch) : order.length)
  const sorted = [...spans].sort(([a, one], [b, other]) => rank(a) - rank(b) || one.from - other.from)
  for (const [branch, span] of sorted) {
    let lane = 0
    while (taken[lane]?.some((other) => span.from <= other.to && other.from <= span.to)) lane += 1
    ;(taken[lane] ??= []).push(span)
    lanes.set(branch, lane)
  }
  return { lanes, count: Math.max(1, taken.length) }
}

function draw(rows: GraphRow[], edge: Edge, lane: number) {
  const { from, to, branch, merge, skips } = edge
  const [child, parent] = [rows[from]!, rows[to]!]
  const put = (row: number, kind: Stroke['kind'], a: number, b: number) => rows[row]!.strokes.push({ kind, from: a, to: b, branch, skips })
  if (merge || child.lane !== lane) put(from, 'meet', child.lane, lane)
  else put(from, 'bottom', lane, lane)
  for (let row = from + 1; row < to; row++) put(row, 'past', lane, lane)
  if (parent.lane === lane) put(to, 'top', lane, lane)
  else put(to, 'part', lane, parent.lane)
}

/** Lays lines out, newest first; `order` says which branches come first from the left. */
export function layOut(lines: GraphLine[], all: Version[], order: string[]): VersionGraph {
  const rowOf = new Map(lines.flatMap(({ versions }, row) => versions.map(({ id }) => [id, row] as const)))
  const byId = new Map(all.map((version) => [version.id, version]))
  const { edges, ends } = edgesOf(lines, byId, rowOf)
  const { lanes, count } = lanesOf(lines, edges, order)
  const laneOf = (branch: string) => lanes.get(branch) ?? 0
  const rows = lines.map((line): GraphRow => ({ ...line, lane: laneOf(line.versions[0]!.branch), strokes: [] }))
  for (const edge of edges) draw(rows, edge, laneOf(edge.branch))
  for (const { row, branch } of ends) rows[row]!.strokes.push({ kind: 'end', from: rows[row]!.lane, to: rows[row]!.lane, branch, skips: true })
  return { rows, lanes: count, rowOf }
}

/** The latest version that both come from; `null` where nothing joins them. */
export function commonAncestor(one: VersionId, other: VersionId, all: Version[]): VersionId | null {
  const byId = new Map(all.map((version) => [version.id, version]))
  const reach = (start: VersionId) => {
    const seen = new Set<VersionId>()
    const open = [start]
    while (open.length > 0) {
      const id = open.pop()!
      if (seen.has(id)) continue
      seen.add(id)
      open.push(...(byId.get(id)?.parents ?? []))
    }
    return seen
  }
  const [mine, theirs] = [reach(one), reach(other)]
  return all.find(({ id }) => mine.has(id) && theirs.has(id))?.id ?? null
}

const HUES = [186, 322, 258, 152, 38, 210, 292, 96, 12, 66]
/** The colour of a branch; neighbours in the order of branches never look alike. */
export function branchColour(branch: string, order: string[], alpha = 1, lightness = 68) {
  const index = Math.max(0, order.indexOf(branch))
  return `hsl(${HUES[index % HUES.length]} 86% ${lightness}% / ${alpha})`
}
