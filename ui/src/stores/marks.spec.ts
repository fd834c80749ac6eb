import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { useMarks } from './marks'

beforeEach(() => {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams()))
})

describe('the origin of a sound', () => {
  it('is looked for in one sound at a time, and the last that was asked for counts', async () => {
    const marks = useMarks()
    const [first, second] = [marks.look('sound-0'), marks.look('sound-1')]
    expect([marks.about('sound-0').looking, marks.about('sound-1').looking]).toEqual([false, true])
    await Promise.all([first, second])
    expect(marks.about('sound-0').found).toBeNull()
    expect(marks.about('sound-1').found?.mark_sought).toBe(true)
  })

  it('keeps why it could not be looked for, until it is looked for again', async () => {
    const marks = useMarks()
    vi.spyOn(ipc, 'verifySound').mockRejectedValueOnce(new AppError('not_found', 'the file is not there', 'Find it.'))
    await marks.look('sound-0')
    expect(marks.about('sound-0').problem?.message).toBe('the file is not there')
    await marks.look('sound-0')
    expect([marks.about('sound-0').problem, marks.about('sound-0').found?.agree]).toEqual([null, null])
  })
})
