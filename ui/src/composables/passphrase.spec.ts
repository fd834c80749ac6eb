import { describe, expect, it } from 'vitest'
import { strengthOf } from './passphrase'

describe('a passphrase', () => {
  it('is weak when it is short, common or the same again and again', () => {
    for (const passphrase of ['a', 'guitar123', 'passwordpassword', 'aaaaaaaaaaaaaaaaaaaa', 'one one one one one']) expect(strengthOf(passphrase), passphrase).toBe('weak')
  })

  it('grows with its words', () => {
    expect(strengthOf('caballo azul piedra lluvia')).toBe('fair')
    expect(strengthOf('caballo azul piedra lluvia martes')).toBe('strong')
  })

  it('grows with the kinds of its signs', () => {
    expect(strengthOf('vqmzhwrtkx')).toBe('fair')
    expect(strengthOf('vQ7!hW2#kX9z')).toBe('strong')
    expect(strengthOf('')).toBe('empty')
  })
})
