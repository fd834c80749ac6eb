import type { Role, SectionKind } from '@/domain'

// Hues run from teal over blue and violet to rose, so that many tracks still look like one instrument.
const ROLE_HUES: Record<Role, number> = {
  drums: 334, percussion: 318, bass: 262, chords: 214, pad: 172, arpeggio: 238, lead: 188, counter: 200, texture: 290,
}
const SECTION_HUES: Record<SectionKind, number> = {
  intro: 196, verse: 214, pre_chorus: 248, chorus: 322, bridge: 272, solo: 184, build: 258, drop: 332, breakdown: 228, outro: 200,
}

export const roleColour = (role: Role, alpha = 1, lightness = 70) => `hsl(${ROLE_HUES[role]} 88% ${lightness}% / ${alpha})`
export const sectionColour = (kind: SectionKind, alpha = 1, lightness = 66) => `hsl(${SECTION_HUES[kind]} 78% ${lightness}% / ${alpha})`

/** Neighbours on the circle of fifths have neighbouring hues, so that keys that go together look alike. */
export const keyColour = (tonic: number) => `hsl(${184 + ((tonic * 7) % 12) * 13} 85% 70%)`

/** From the cyan of a soft note to the magenta of a loud one. */
export const velocityColour = (velocity: number, alpha = 1) => `hsl(${188 + (velocity / 127) * 132} ${78 + (velocity / 127) * 22}% ${58 + (velocity / 127) * 12}% / ${alpha})`
