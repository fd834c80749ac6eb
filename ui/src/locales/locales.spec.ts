import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from './en.json'
import es from './es.json'

type Tree = { [key: string]: string | string[] | Tree }

const paths = (tree: Tree, above = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' || Array.isArray(value) ? [`${above}${key}`] : paths(value, `${above}${key}.`))
const textAt = (tree: Tree, path: string) => path.split('.').reduce<unknown>((node, key) => (node as Tree)[key], tree)
const placeholders = (text: unknown) => [...String(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

const sources = readdirSync(join(process.cwd(), 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file) && !file.endsWith('.spec.ts') && !file.includes('fake'))
  .map((file) => readFileSync(join(process.cwd(), 'src', file), 'utf8'))
  .join('\n')

// `t('a.b')` names one text; t(`a.${x}`) and named('a', x) name all of a list.
const literal = new Set([...sources.matchAll(/\bt[em]?\(\s*'([\w.]+)'/g), ...sources.matchAll(/\? t?\(?'([a-z_]+\.[\w.]+)' : '([a-z_]+\.[\w.]+)'/g)].flatMap((match) => match.slice(1)).filter(Boolean))
for (const [, first, second] of sources.matchAll(/'([a-z_]+\.\w+)' : '([a-z_]+\.\w+)'/g)) {
  literal.add(first!)
  literal.add(second!)
}
const families = new Set([
  ...[...sources.matchAll(/\bte?\(`([\w.]+)\.\$\{/g)].map((match) => match[1]!),
  ...[...sources.matchAll(/\bnamed\('(\w+)'/g)].map((match) => match[1]!),
  'moods', 'instruments',
])
const inFamily = (key: string) => [...families].some((family) => key.startsWith(`${family}.`))

describe('the texts', () => {
  it('exist in both languages, none more and none fewer', () => {
    expect(paths(es as Tree).sort()).toEqual(paths(en as Tree).sort())
  })

  it('have the same placeholders in both languages', () => {
    for (const path of paths(en as Tree)) expect(placeholders(textAt(es as Tree, path)), path).toEqual(placeholders(textAt(en as Tree, path)))
  })

  it('are all there when the page asks for them', () => {
    const known = new Set(paths(en as Tree))
    expect(literal.size).toBeGreaterThan(120)
    expect([...literal].filter((key) => !known.has(key))).toEqual([])
  })

  it('are all used', () => {
    expect(paths(en as Tree).filter((key) => !literal.has(key) && !inFamily(key))).toEqual([])
  })

  it('name every sound of the styles and every tag of the models', () => {
    const rust = join(process.cwd(), '../src-tauri')
    const styles = readdirSync(join(rust, 'composer/styles')).map((file) => readFileSync(join(rust, 'composer/styles', file), 'utf8'))
    const sounds = [...styles.join('\n').matchAll(/\{[^{}]*?\bname = "([^"]+)"/g)].map((match) => match[1]!)
    const labels = readFileSync(join(rust, 'inference/src/tagger/labels.rs'), 'utf8')
    const joined = new Set([...labels.matchAll(/&\[([^\]]*)\]/g)].flatMap((list) => [...list[1]!.matchAll(/"([^"]+)"/g)].map((match) => match[1]!)))
    const tags = [...labels.matchAll(/\[&str; 50\] = \[([^\]]*)\]/g)]
      .flatMap((list) => [...list[1]!.matchAll(/"([^"]+)"/g)].map((match) => match[1]!.toLowerCase()))
      .filter((label) => !joined.has(label))
    expect(sounds.length).toBeGreaterThan(100)
    expect(tags.length).toBeGreaterThan(70)
    const english = en as unknown as Record<'sounds' | 'tags', Record<string, string>>
    expect(sounds.filter((name) => !Object.values(english.sounds).includes(name))).toEqual([])
    expect(tags.filter((name) => !Object.values(english.tags).includes(name))).toEqual([])
  })

  it('never leave a language empty', () => {
    for (const tree of [en, es] as Tree[]) for (const path of paths(tree)) expect(String(textAt(tree, path)).trim(), path).not.toBe('')
  })
})
