import { Bookmark, ClockFading, FolderSync, GitBranch, GitMerge, LogOut, ShieldCheck } from '@lucide/vue'
import type { Occasion } from '@/domain'

export const ROW_HEIGHT = 52
export const LANE_WIDTH = 15
/** More lanes than these are drawn over the last. */
export const LANES_SHOWN = 9

export const laneX = (lane: number) => 13 + Math.min(lane, LANES_SHOWN - 1) * LANE_WIDTH
export const lanesWidth = (lanes: number) => laneX(Math.min(lanes, LANES_SHOWN) - 1) + 13

export const OCCASION_ICONS: Record<Occasion, typeof Bookmark> = {
  named: Bookmark, pause: ClockFading, before: ShieldCheck, close: LogOut, branch: GitBranch, merge: GitMerge, outside: FolderSync,
}
