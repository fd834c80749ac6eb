import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { CollectionId, ImportPreview, ImportReport, JobId, Problem } from '@/domain'
import { AppError, type FileFilter, ipc } from '@/ipc'
import { useToasts } from './toasts'

/** What a look into files or a watched folder found. */
export type Look = { preview: ImportPreview } | { problem: Problem }
export type Outcome = { job: JobId | null; report: ImportReport }

async function lookInto(paths: string[]): Promise<Look> {
  try {
    return { preview: await ipc.previewImport(paths) }
  } catch (thrown) {
    return { problem: AppError.from(thrown) }
  }
}

/** Files on their way into the library: what is dragged over the window, what was taken, what was refused. */
export const useImports = defineStore('imports', () => {
  const toasts = useToasts()
  /** What is dragged over the room; `null` inside means that it is still being looked at. */
  const dragged = shallowRef<{ look: Look | null } | null>(null)
  const outcome = shallowRef<Outcome | null>(null)
  const folders = ref<Record<string, Look>>({})
  let turn = 0

  async function look(paths: string[]) {
    const mine = ++turn
    dragged.value = { look: null }
    const found = await lookInto(paths)
    if (mine === turn && dragged.value) dragged.value = { look: found }
  }

  function leave() {
    turn += 1
    dragged.value = null
  }

  async function take(paths: string[], collection: CollectionId | null) {
    leave()
    if (paths.length > 0) await toasts.attempt(ipc.importSounds(paths, collection))
  }

  async function chooseFiles(filter: FileFilter, collection: CollectionId | null) {
    const paths = await toasts.attempt(ipc.pickFiles(filter))
    if (paths?.length) await take(paths, collection)
  }

  async function chooseFolder(collection: CollectionId | null) {
    const path = await toasts.attempt(ipc.pickFolder())
    if (path) await take([path], collection)
  }

  /** Finds out what a watched folder holds now, or why it cannot be read. */
  async function inspect(folder: string) {
    folders.value = { ...folders.value, [folder]: await lookInto([folder]) }
  }

  return {
    dragged, outcome, folders, look, leave, take, chooseFiles, chooseFolder, inspect,
    finish: (next: Outcome) => { outcome.value = next },
    dismiss: () => { outcome.value = null },
    pickFolder: () => toasts.attempt(ipc.pickFolder()),
  }
})
