import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ImportPreview } from '@/domain'
import { AppError, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { listen } from './events'
import { useImports } from './imports'
import { useJobs } from './jobs'
import { useLibrary } from './library'

beforeEach(() => {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams('library=empty')))
})

const preview = (sounds: number): ImportPreview => ({ sounds, bytes: 0, first: [], refused: [], refused_total: 0, more: false })

describe('files that are dragged over the room', () => {
  it('are looked at: what can be taken, what not and why', async () => {
    const imports = useImports()
    const looking = imports.look(['/m/a.wav', '/m/notes.pdf'])
    expect(imports.dragged).toEqual({ look: null })
    await looking
    expect(imports.dragged?.look).toMatchObject({ preview: { sounds: 1, refused: [{ path: '/m/notes.pdf', problem: { message: 'notes.pdf is not a sound file' } }] } })
  })

  it('are forgotten when they leave, even if the look at them ends later', async () => {
    const answers: ((value: ImportPreview) => void)[] = []
    vi.spyOn(ipc, 'previewImport').mockImplementation(() => new Promise((done) => answers.push(done)))
    const imports = useImports()
    const first = imports.look(['/m/a.wav'])
    imports.leave()
    answers[0]!(preview(1))
    await first
    expect(imports.dragged).toBeNull()
    const second = imports.look(['/m/a.wav'])
    const third = imports.look(['/m/b.wav'])
    answers[2]!(preview(3))
    answers[1]!(preview(2))
    await Promise.all([second, third])
    expect(imports.dragged?.look).toMatchObject({ preview: { sounds: 3 } })
  })

  it('tell why they cannot be looked at', async () => {
    vi.spyOn(ipc, 'previewImport').mockRejectedValue(new AppError('unwritable', 'the folder cannot be read', 'Ask its owner.'))
    const imports = useImports()
    await imports.look(['/root'])
    expect(imports.dragged?.look).toMatchObject({ problem: { message: 'the folder cannot be read', hint: 'Ask its owner.' } })
  })
})

describe('an import', () => {
  it('is a job with a report at its end, and what was added is in the list', async () => {
    vi.useFakeTimers()
    const imports = useImports()
    const library = useLibrary()
    await library.load()
    await listen()
    await imports.take(['/m/a.wav', '/m/b.flac', '/m/broken.mp3'], null)
    expect(useJobs().active).toMatchObject([{ work: { kind: 'import_sounds' } }])
    await vi.advanceTimersByTimeAsync(6000)
    vi.useRealTimers()
    expect(imports.outcome?.report).toMatchObject({ added: { length: 2 }, duplicates: [], refused: [{ path: '/m/broken.mp3' }], cancelled: false })
    expect(library.total).toBe(2)
    expect(library.at(0)?.tags.title).toBe('b')
  })

  it('of nothing asks for nothing', async () => {
    const importing = vi.spyOn(ipc, 'importSounds')
    vi.spyOn(ipc, 'pickFiles').mockResolvedValue([])
    const imports = useImports()
    await imports.take([], null)
    await imports.chooseFiles({ name: 'Sound files', extensions: ['wav'] }, null)
    expect(importing).not.toHaveBeenCalled()
  })

  it('goes into the collection that is open', async () => {
    const importing = vi.spyOn(ipc, 'importSounds')
    await useImports().chooseFolder('collection-1')
    expect(importing).toHaveBeenCalledWith(['/music/Paper moons'], 'collection-1')
  })
})

describe('a watched folder', () => {
  it('says what it holds, or why it cannot be read', async () => {
    const imports = useImports()
    await imports.inspect('/m/Loops')
    vi.spyOn(ipc, 'previewImport').mockRejectedValue(new AppError('not_found', 'the folder is gone', 'Connect its disk.'))
    await imports.inspect('/media/usb')
    expect(imports.folders).toMatchObject({ '/m/Loops': { preview: { sounds: 1 } }, '/media/usb': { problem: { hint: 'Connect its disk.' } } })
  })
})
