import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Language, Settings, Welcome } from '@/domain'
import { ipc } from '@/ipc'
import { setLanguage } from '@/locales'
import { useToasts } from './toasts'

export const useSettings = defineStore('settings', () => {
  const toasts = useToasts()
  const kept = ref<Settings | null>(null)
  const welcome = ref<Welcome | null>(null)
  const systemLanguage = ref<Language>('en')

  const shortcuts = computed(() => kept.value?.shortcuts ?? {})

  function put(settings: Settings) {
    kept.value = settings
    setLanguage(settings.language ?? systemLanguage.value)
  }

  async function load() {
    const [greeting, settings] = await Promise.all([ipc.welcome(), ipc.getSettings()])
    welcome.value = greeting
    if (!settings.language) systemLanguage.value = greeting.language
    put(settings)
    for (const notice of greeting.notices) {
      toasts.show({ tone: 'problem', text: notice.problem.message, hint: [notice.problem.hint, notice.set_aside].filter(Boolean).join(' ') })
    }
  }

  async function change(part: Partial<Settings>) {
    if (!kept.value) return
    const next = { ...kept.value, ...part }
    put(next)
    await toasts.attempt(ipc.saveSettings(next))
  }

  function remap(action: string, keys: string | null) {
    const next = { ...shortcuts.value }
    if (keys === null) delete next[action]
    else next[action] = keys
    return change({ shortcuts: next })
  }

  async function chooseProjectsFolder() {
    const path = await toasts.attempt(ipc.pickFolder())
    if (path) await change({ projects_folder: path })
  }

  return {
    kept, welcome, shortcuts, put, load, change, remap, chooseProjectsFolder,
    openFolder: (path: string) => toasts.attempt(ipc.openFolder(path)),
  }
})
