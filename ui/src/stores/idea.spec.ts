import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { useIdea } from './idea'
import { useJobs } from './jobs'
import { useProject } from './project'
import { useToasts } from './toasts'

beforeEach(() => {
  setActivePinia(createPinia())
  setIpc(createFake())
})

async function written(prompt: string) {
  const idea = useIdea()
  idea.request.prompt = prompt
  await idea.read()
  const chip = (kind: string) => idea.understanding!.chips.find((each) => each.kind === kind)!
  return { idea, chip }
}

describe('the idea', () => {
  it('is read once after a pause in typing', async () => {
    vi.useFakeTimers()
    const understand = vi.spyOn(ipc, 'understand')
    const idea = useIdea()
    for (const text of ['d', 'da', 'dark house']) {
      idea.request.prompt = text
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(understand).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(300)
    expect(understand).toHaveBeenCalledTimes(1)
    expect(idea.understanding?.brief.style).toBe('house')
    vi.useRealTimers()
  })

  it('loses the words of a chip that is removed', async () => {
    const { idea, chip } = await written('dark reggaeton, 94 bpm, without piano')
    idea.removeChip(chip('tempo'))
    expect(idea.request.prompt).toBe('dark reggaeton, without piano')
    idea.removeChip(chip('without'))
    expect(idea.request.prompt).toBe('dark reggaeton')
  })

  it('loses the field of a chip that was set by hand', async () => {
    const idea = useIdea()
    Object.assign(idea.request, { prompt: 'house', bpm: 126 })
    await idea.read()
    idea.removeChip(idea.understanding!.chips.find((each) => each.kind === 'tempo')!)
    expect(idea.request.bpm).toBeNull()
    expect(idea.request.prompt).toBe('house')
  })

  it('keeps the other moods when one is replaced or added', async () => {
    const { idea, chip } = await written('dark nostalgic house')
    idea.replaceInList(chip('mood'), 'epic')
    expect(idea.request.moods).toEqual(['epic', 'nostalgic'])
    await idea.read()
    idea.addToList('mood', 'calm')
    expect(idea.request.moods).toEqual(['epic', 'nostalgic', 'calm'])
  })

  it('comes back from a take with the seed that was used', async () => {
    const { idea } = await written('house')
    idea.useAgain({ ...idea.request, prompt: 'sad jazz', bpm: 88, seed: null, lyrics: 'la la' }, 4711)
    expect(idea.request).toMatchObject({ prompt: 'sad jazz', bpm: 88, seed: 4711, lyrics: '' })
  })

  it('is not sent while it is empty or too long', async () => {
    const generate = vi.spyOn(ipc, 'generate')
    const idea = useIdea()
    await idea.generate()
    idea.request.prompt = 'é'.repeat(5001)
    expect(idea.tooLong).toBe(true)
    await idea.generate()
    expect(generate).not.toHaveBeenCalled()
  })

  it('is sent with the lyrics of the project', async () => {
    const generate = vi.spyOn(ipc, 'generate')
    const { idea } = await written('house')
    useProject().lyrics = 'sube la noche'
    await idea.generate()
    expect(generate).toHaveBeenCalledWith(expect.objectContaining({ prompt: 'house', lyrics: 'sube la noche' }), 'pro')
    expect(useJobs().all).toEqual([])
  })

  it('tells why it was refused', async () => {
    vi.spyOn(ipc, 'generate').mockRejectedValue({ code: 'busy', message: 'the queue is full', hint: 'Wait for a song to finish.' })
    const { idea } = await written('house')
    await idea.generate()
    expect(useToasts().list).toMatchObject([{ text: 'the queue is full', hint: 'Wait for a song to finish.' }])
    expect(idea.sending).toBe(false)
  })
})
