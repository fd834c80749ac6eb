import { inject, type InjectionKey, provide, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { SOUND_FILES } from '@/composables/paths'
import type { Collection, CollectionId, LibrarySound, SoundId, TagChange } from '@/domain'
import { useImports } from '@/stores/imports'
import { useLibrary } from '@/stores/library'
import { usePicked } from '@/stores/picked'
import { useToasts } from '@/stores/toasts'

const PICTURES = ['jpg', 'jpeg', 'png', 'webp', 'gif']

/** What can be done with the sounds that are picked, in the list, its menu and the details alike. */
function createActions() {
  const { t } = useI18n()
  const library = useLibrary()
  const picked = usePicked()
  const imports = useImports()
  const toasts = useToasts()

  /** Sounds that are to leave the library, and the collection that is to be deleted, until the person agrees. */
  const removing = shallowRef<SoundId[] | null>(null)
  const deleting = shallowRef<Collection | null>(null)
  const waitsForCollection = shallowRef<SoundId[]>([])
  /** Whether the ids of what is picked are being fetched; of very many that takes a moment. */
  const resolving = ref(false)

  async function withPicked(what: (ids: SoundId[]) => unknown) {
    if (resolving.value || picked.count === 0) return
    resolving.value = true
    const ids = await picked.chosen()
    resolving.value = false
    if (ids.length > 0) await what(ids)
  }

  const nameOf = (collection: CollectionId) => library.collections.find(({ id }) => id === collection)?.name ?? ''

  async function collect(collection: CollectionId, ids: SoundId[]) {
    if (await library.addTo(collection, ids)) toasts.show({ tone: 'good', text: t('library.collected', { count: ids.length, name: nameOf(collection) }) })
  }

  async function uncollect(ids: SoundId[]) {
    const { collection } = library.filter
    if (!collection || !(await library.removeFrom(collection, ids))) return
    picked.leave(ids)
    toasts.show({ tone: 'info', text: t('library.uncollected', { count: ids.length, name: nameOf(collection) }), action: { label: t('actions.undo'), run: () => void library.addTo(collection, ids) } })
  }

  async function remove() {
    const ids = removing.value
    removing.value = null
    if (!ids || !(await library.remove(ids))) return
    picked.leave(ids)
    toasts.show({ tone: 'info', text: t('library.removed', { count: ids.length }) })
  }

  async function createCollection(name: string) {
    const ids = waitsForCollection.value
    waitsForCollection.value = []
    const id = await library.createCollection(name)
    if (id && ids.length > 0) await collect(id, ids)
  }

  const soundFiles = () => ({ name: t('library.files'), extensions: SOUND_FILES })
  return {
    removing, deleting, waitsForCollection, resolving, remove, createCollection, withPicked,
    rate: (rating: number) => withPicked((ids) => library.rate(ids, rating)),
    star: (sound: LibrarySound, rating: number) => library.rate([sound.id], rating),
    tag: (change: TagChange) => withPicked((ids) => library.editTags(ids, change)),
    analyse: () => withPicked((ids) => library.analyse(ids, [])),
    collect: (collection: CollectionId) => withPicked((ids) => collect(collection, ids)),
    collectNew: () => withPicked((ids) => { waitsForCollection.value = ids }),
    uncollect: () => withPicked(uncollect),
    askToRemove: () => withPicked((ids) => { removing.value = ids }),
    /** The Delete key: out of the collection that is open, or out of the library. */
    strike: () => withPicked((ids) => (library.filter.collection ? uncollect(ids) : (removing.value = ids))),
    relink: (sound: LibrarySound) => library.relink(sound.id, soundFiles()),
    chooseCover: (sound: LibrarySound) => library.chooseCover(sound.id, { name: t('library.pictures'), extensions: PICTURES }),
    importFiles: () => imports.chooseFiles(soundFiles(), library.filter.collection),
    importFolder: () => imports.chooseFolder(library.filter.collection),
    importPaths: (paths: string[]) => imports.take(paths, library.filter.collection),
  }
}

export type Actions = ReturnType<typeof createActions>
const KEY: InjectionKey<Actions> = Symbol('audio actions')

export function provideActions() {
  const actions = createActions()
  provide(KEY, actions)
  return actions
}
export const useActions = () => inject(KEY)!
