import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useChangeWords } from '@/composables/useChangeWords'
import { foldVersions, layOut, lineOf, unfold } from '@/composables/versionGraph'
import type { Version, VersionId } from '@/domain'
import { useTimeline } from '@/stores/timeline'

/** Letters as somebody types them who does not look for accents. */
export const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

/** The versions that are looked for, folded and laid out. */
export function useFound() {
  const timeline = useTimeline()
  const { locale } = useI18n()
  const { change, about } = useChangeWords()
  let texts = new WeakMap<Version, string>()
  let language = ''

  function textOf(version: Version) {
    if (language !== locale.value) {
      texts = new WeakMap()
      language = locale.value
    }
    const known = texts.get(version)
    if (known !== undefined) return known
    const text = plain([about(version), version.author, version.branch, ...version.foremost.map(change)].join(' '))
    texts.set(version, text)
    return text
  }

  const found = computed(() => {
    const { filter, versions, text, narrowed } = timeline
    if (!narrowed) return versions
    const words = plain(text).split(/\s+/).filter(Boolean)
    return versions.filter((version) =>
      (!filter.named || version.occasion === 'named' || version.message !== '') && (!filter.starred || version.starred) && (filter.branch === null || version.branch === filter.branch) &&
      words.every((word) => textOf(version).includes(word)))
  })

  const places = computed(() => ({ head: timeline.timeline?.head ?? null, tips: new Set(timeline.tips.keys()) }))
  // What is looked for is shown one by one: a line that hides it would be no answer.
  const searching = computed(() => timeline.text.trim() !== '')
  const folded = computed(() => (searching.value ? found.value.map(lineOf) : foldVersions(found.value, timeline.versions, places.value)))
  const folds = computed(() => new Map(folded.value.filter((line) => line.folded).flatMap(({ versions }) => versions.map(({ id }) => [id, versions.at(-1)!.id] as const))))
  const lines = computed(() => unfold(folded.value, timeline.opened))
  const graph = computed(() => layOut(lines.value, timeline.versions, timeline.branchOrder))

  return { found, graph, foldOf: (id: VersionId) => folds.value.get(id) ?? null }
}
