/** How long a passphrase holds somebody off: what of it is only a habit counts little. */
export type Strength = 'empty' | 'weak' | 'fair' | 'strong'

export const PASSPHRASE_LEAST = 10
const COMMON = /password|contrase|qwerty|asdf|letmein|son1k|music|musica|guitar|123|abc|000|111/gi
/** Kinds of signs, and how many there are of each. */
const KINDS: [RegExp, number][] = [[/[a-zñáéíóúü]/, 26], [/[A-ZÑÁÉÍÓÚÜ]/, 26], [/\d/, 10], [/[^\p{L}\d\s]/u, 28], [/\s/, 1]]
const FAIR_BITS = 45
const STRONG_BITS = 65
/** Of a word out of the few thousand that come to mind. */
const WORD_BITS = 13

/** A rough count of bits: of different signs by kind, of words by how many there are; the lower of both where it is words. */
export function strengthOf(passphrase: string): Strength {
  if (passphrase === '') return 'empty'
  const plain = passphrase.replaceAll(COMMON, 'x')
  const alphabet = KINDS.reduce((sum, [kind, signs]) => sum + (kind.test(plain) ? signs : 0), 0)
  const runs = plain.replaceAll(/(.)\1+/gu, '$1')
  let bits = runs.length * Math.log2(Math.max(2, alphabet))
  const words = plain.split(/\s+/).filter((word) => word.length > 2)
  if (words.length > 2) bits = Math.min(bits, new Set(words).size * WORD_BITS)
  if (passphrase.length < PASSPHRASE_LEAST) return 'weak'
  return bits >= STRONG_BITS ? 'strong' : bits >= FAIR_BITS ? 'fair' : 'weak'
}
