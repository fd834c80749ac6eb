import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { isRemote } from '@/composables/remote'
import type { Problem, RemoteAccount, SpeechCost, SpeechMade, SpeechRequest } from '@/domain'
import { AppError, ipc } from '@/ipc'
import { useJobs } from './jobs'
import { useToasts } from './toasts'

/** Something that costs, and what is done once somebody agrees. */
type Asked = { cost: SpeechCost; voice: string; go: () => unknown }

/** The account at ElevenLabs. A key passes through; nothing here remembers it. */
export const useRemote = defineStore('remote', () => {
  const toasts = useToasts()
  const account = shallowRef<RemoteAccount | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const looked = ref(false)
  const looking = ref(false)
  /** A key is being tried: the form waits. */
  const working = ref(false)
  const refusal = shallowRef<Problem | null>(null)
  /** It is being asked what something costs. */
  const pricing = ref(false)
  const asked = shallowRef<Asked | null>(null)

  /** Whoever has a key can be told what is wrong with it. */
  const hasKey = computed(() => account.value !== null || problem.value !== null)

  async function load() {
    if (looking.value) return
    looking.value = true
    try {
      account.value = await ipc.remoteAccount()
      problem.value = null
    } catch (thrown) {
      problem.value = AppError.from(thrown)
    } finally {
      looking.value = false
      looked.value = true
    }
  }

  /** What is refused is told beside the field. */
  async function setKey(key: string) {
    if (working.value) return false
    working.value = true
    refusal.value = null
    try {
      await ipc.setRemoteKey(key.trim())
    } catch (thrown) {
      refusal.value = AppError.from(thrown)
      return false
    } finally {
      working.value = false
    }
    await load()
    return true
  }

  async function forget() {
    if (await toasts.attempt(ipc.forgetRemoteKey().then(() => true))) await load()
  }

  /** Does what costs nothing at once; what costs something, once somebody has seen how much and agrees. */
  async function agree<T>(request: SpeechRequest, go: () => T) {
    if (!isRemote(request.voice)) return go()
    if (pricing.value || asked.value) return undefined
    pricing.value = true
    const cost = await toasts.attempt(ipc.getSpeechCost(request))
    pricing.value = false
    if (!cost) return undefined
    if (cost.characters === 0) return go()
    asked.value = { cost, voice: request.voice, go }
    return undefined
  }

  function confirm() {
    const go = asked.value?.go
    asked.value = null
    return go?.()
  }

  return {
    account, problem, looked, looking, working, refusal, pricing, asked, hasKey, load, setKey, forget, agree, confirm,
    calm: () => { refusal.value = null },
    forgo: () => { asked.value = null },
    /** The account holds less once one of its voices has spoken; of other voices it is told nothing. */
    renew: ({ job }: SpeechMade) => {
      const work = useJobs().all.find(({ id }) => id === job)?.work
      if (work?.kind === 'speak' && isRemote(work.request.voice)) void load()
    },
  }
})
