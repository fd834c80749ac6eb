import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { ipc } from '@/ipc'
import type { OutsideChange, VersionId } from '@/domain'
import { useProject } from './project'
import { useTimeline } from './timeline'
import { useToasts } from './toasts'

/** Keeping the project as a version, with words: asked for by its keys in every room, or offered when files changed. */
export const useSaving = defineStore('saving', () => {
  const toasts = useToasts()
  const project = useProject()
  const timeline = useTimeline()
  const open = ref(false)
  const message = ref('')
  /** What the studio suggests; `null` until it is known. */
  const suggestion = ref<string | null>(null)
  const keeping = ref(false)
  const outside = shallowRef<OutsideChange | null>(null)
  /** Whether what is kept is what another program changed. */
  const fromOutside = ref(false)
  /** The version that was kept last, for the news. */
  const kept = shallowRef<{ id: VersionId; message: string } | null>(null)
  let typed = false
  let begun = 0

  async function begin(words: string | null = null) {
    if (open.value) return
    const mine = ++begun
    open.value = true
    typed = false
    message.value = words ?? ''
    suggestion.value = words
    fromOutside.value = words !== null
    if (words !== null) return
    // The words of the lyrics field belong to the version too.
    await project.flush()
    // Without a suggestion one writes one's own.
    const found = await ipc.suggestMessage().catch(() => '')
    // It may have been closed, and opened for something else, while the studio looked.
    if (mine !== begun) return
    suggestion.value = found
    if (open.value && !typed) message.value = found
  }

  function write(text: string) {
    typed = true
    message.value = text
  }

  async function keep() {
    if (keeping.value) return
    keeping.value = true
    const words = message.value.trim()
    await project.flush()
    const id = await toasts.attempt(fromOutside.value ? ipc.keepOutsideChange(words) : ipc.saveVersion(words))
    keeping.value = false
    if (id === undefined) return
    open.value = false
    if (fromOutside.value) outside.value = null
    kept.value = { id, message: words }
  }

  // What another program changed is of this project, and only until a version has it or the files are as they were.
  watch(() => project.open?.id, () => { outside.value = null }, { flush: 'sync' })
  watch(() => timeline.timeline?.changed === false, (settled) => { if (settled) outside.value = null }, { flush: 'sync' })

  return { open, message, suggestion, keeping, outside, fromOutside, kept, begin, write, keep, noticed: (change: OutsideChange) => { outside.value = change } }
})
