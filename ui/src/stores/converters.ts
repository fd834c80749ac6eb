import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Converter, ConverterId } from '@/domain'
import { type FileFilter, ipc } from '@/ipc'
import { useModulation } from './modulation'
import { useToasts } from './toasts'

/** True converters of voices: models that the musician brought. */
export const useConverters = defineStore('converters', () => {
  const toasts = useToasts()
  const list = shallowRef<Converter[] | null>(null)
  /** A file is being looked at. */
  const adding = ref(false)

  function put(next: Converter[]) {
    list.value = next
    useModulation().keepTo(next.filter(({ whole }) => whole).map(({ id }) => id))
  }

  async function load() {
    const next = await toasts.attempt(ipc.listConverters())
    if (next) put(next)
  }

  /** Asks for a file and takes it, if it is a converter; answers with it. */
  async function choose(filter: FileFilter): Promise<Converter | null> {
    const path = await toasts.attempt(ipc.pickFile(filter))
    if (!path || adding.value) return null
    adding.value = true
    const id = await toasts.attempt(ipc.addConverter(path))
    adding.value = false
    return list.value?.find((each) => each.id === id) ?? null
  }

  return {
    list, adding, put, load, choose,
    remove: (id: ConverterId) => toasts.attempt(ipc.removeConverter(id).then(() => true)),
  }
})
