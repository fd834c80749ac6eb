import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { doesNothing, noCleaning, useCleaning } from './cleaning'
import { listen } from './events'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

beforeEach(async () => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  setIpc(createFake())
  await listen()
  await useShelf().load()
})
afterEach(() => vi.useRealTimers())
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

describe('the tools', () => {
  it('know which model they lack, and stop lacking it once it is here', async () => {
    const cleaning = useCleaning()
    expect(cleaning.lacking('clean')).toEqual([])
    expect(cleaning.lacking('split').map(({ id }) => id)).toEqual(['spleeter-2stems'])
    cleaning.open('split', [await ipc.getSound('sound-2')])
    expect(cleaning.needed).toHaveLength(1)
    await cleaning.fetch('spleeter-2stems')
    await pass(5000)
    expect(cleaning.needed).toEqual([])
  })

  it('need no model for what needs no hearing', async () => {
    const cleaning = useCleaning()
    useShelf().shelf!.models.find(({ task }) => task === 'denoising')!.state = { state: 'missing' }
    cleaning.open('clean', [await ipc.getSound('sound-2')])
    expect(cleaning.needed).toHaveLength(1)
    cleaning.change({ denoise: null })
    expect(cleaning.needed).toEqual([])
  })

  it('are not for sounds whose files are gone', async () => {
    const cleaning = useCleaning()
    cleaning.open('clean', [{ ...(await ipc.getSound('sound-2')), state: 'missing' }])
    expect(cleaning.tool).toBeNull()
  })

  it('know when there is nothing to do', () => {
    expect(doesNothing(noCleaning())).toBe(true)
    expect(doesNothing({ ...noCleaning(), fade_out: 0.5 })).toBe(false)
  })
})

describe('what is made', () => {
  it('is told with the original, the new sound and what was found', async () => {
    const cleaning = useCleaning()
    cleaning.open('clean', [await ipc.getSound('sound-2')])
    expect(await cleaning.start()).toBe(true)
    expect(cleaning.tool).toBeNull()
    await pass(5000)
    expect(cleaning.made?.original?.id).toBe('sound-2')
    expect(cleaning.made?.sounds[0]!.name).toContain('(clean)')
    expect(cleaning.made?.report?.clicks).toBe(17)
  })

  it('does not begin without its model, and the way out is told', async () => {
    const cleaning = useCleaning()
    expect(await cleaning.begin('split', [await ipc.getSound('sound-2')])).toBe(false)
    expect(useToasts().list[0]).toMatchObject({ tone: 'problem', hint: 'Get it in Settings, under models.' })
  })

  it('has a name in the jobs also after the page was loaded anew', async () => {
    const cleaning = useCleaning()
    expect(cleaning.nameOf('sound-2')).toBeUndefined()
    await pass(0)
    expect(cleaning.nameOf('sound-2')).toBe((await ipc.getSound('sound-2')).tags.title)
  })
})
