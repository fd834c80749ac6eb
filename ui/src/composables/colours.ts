import type { Role, SectionKind } from '@/domain'

// Hues run from teal over blue and violet to rose, so that many tracks still look like one instrument.
const ROLE_HUES: Record<Role, number> = {
  drums: 334, percussion: 318, bass: 262, chords: 214, pad: 172, arpeggio: 238, lead: 188, counter: 200, texture: 290, vocal: 44,
}
const SECTION_HUES: Record<SectionKind, number> = {
  intro: 196, verse: 214, pre_chorus: 248, chorus: 322, bridge: 272, solo: 184, build: 258, drop: 332, breakdown: 228, outro: 200,
}

export const roleColour = (role: Role, alpha = 1, lightness = 70) => `hsl(${ROLE_HUES[role]} 88% ${lightness}% / ${alpha})`
export const sectionColour = (kind: SectionKind, alpha = 1, lightness = 66) => `hsl(${SECTION_HUES[kind]} 78% ${lightness}% / ${alpha})`

/** Neighbours on the circle of fifths have neighbouring hues, so that keys that go together look alike. */
export const keyColour = (tonic: number) => `hsl(${184 + ((tonic * 7) % 12) * 13} 85% 70%)`

/** From the cyan of a soft note to the magenta of a loud one. */
export function velocityColour(velocity: number, alpha = 1) {
  const loud = Math.min(1, Math.max(0, (velocity - 30) / 85))
  return `hsl(${190 + loud * 130} ${80 + loud * 18}% ${62 + loud * 7}% / ${alpha})`
}
