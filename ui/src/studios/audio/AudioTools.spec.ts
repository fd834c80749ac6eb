import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, ref } from 'vue'
import { answerShortcut, perform, useShortcuts } from '@/composables/useShortcuts'
import { ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import ShellRecording from '@/shell/ShellRecording.vue'
import { useCleaning } from '@/stores/cleaning'
import { listen } from '@/stores/events'
import { useLibrary } from '@/stores/library'
import { useMastering } from '@/stores/mastering'
import { useNotes } from '@/stores/notes'
import { usePicked } from '@/stores/picked'
import { useRecorder } from '@/stores/recorder'
import { useShelf } from '@/stores/shelf'
import { useToasts } from '@/stores/toasts'
import AudioTools from './AudioTools.vue'

let page: VueWrapper
beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
})

const pass = async (milliseconds: number) => {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await flushPromises()
}
const outside = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)
async function press(id: string) {
  outside(id)!.click()
  await pass(0)
}

async function tools(query = '', picks = 1) {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams(query)))
  await listen()
  setLanguage('en')
  await Promise.all([useLibrary().load(), useShelf().load()])
  if (picks > 0) usePicked().go(2)
  if (picks > 1) await usePicked().extend(1 + picks)
  const room = { setup: () => { useShortcuts(ref({})); return () => [h(AudioTools), h(ShellRecording)] } }
  page = mount({ render: () => h(TooltipProvider, null, { default: () => h(room) }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
  await pass(0)
}
const key = (name: string, part: KeyboardEventInit = {}, target: EventTarget = document.body) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...part }))
  return pass(0)
}

describe('recording', () => {
  it('opens with its keys, records with the space bar, and lists the take', async () => {
    await tools()
    await key('r', { ctrlKey: true })
    expect(outside('recorder')).not.toBeNull()
    expect(outside('record-button')!.dataset.state).toBe('ready')
    await key(' ')
    await pass(200)
    expect(outside('record-beat')!.textContent).toBe('1')
    await pass(4000)
    expect(outside('record-button')!.dataset.state).toBe('recording')
    await key(' ')
    await pass(100)
    expect(outside('record-take')!.textContent).toContain('Take 1')
  })

  it('gives the space bar back when it is closed', async () => {
    await tools()
    const transport = vi.fn()
    const stop = answerShortcut('play_pause', transport)
    await useRecorder().open('audio')
    await pass(0)
    perform('play_pause')
    expect(transport).not.toHaveBeenCalled()
    expect(useRecorder().busy).toBe(true)
    perform('play_pause')
    await pass(0)
    await key('Escape', {}, outside('recorder')!)
    await pass(0)
    perform('play_pause')
    expect(transport).toHaveBeenCalledTimes(1)
    stop()
  })

  it('asks before a take is left, and keeps it', async () => {
    await tools()
    await useRecorder().open('audio')
    await useRecorder().change({ count_in_beats: 0 })
    await useRecorder().record()
    await pass(500)
    await key('Escape', {}, outside('recorder')!)
    expect(document.body.textContent).toContain('A take is being recorded')
    await press('recording-keep')
    await pass(100)
    expect(outside('recorder')).toBeNull()
    expect(useRecorder().takes).toHaveLength(1)
  })

  it('explains that there is no input, and tries again', async () => {
    await tools('input=none')
    await useRecorder().open('audio')
    await pass(0)
    expect(outside('recorder-none')!.textContent).toContain('Connect a microphone')
    const again = vi.spyOn(ipc, 'listInputDevices')
    await press('recorder-again')
    expect(again).toHaveBeenCalled()
  })

  it('warns of feedback as soon as the input is heard', async () => {
    await tools()
    await useRecorder().open('audio')
    await pass(0)
    expect(outside('monitor-warning')).toBeNull()
    await press('record-monitor')
    expect(outside('monitor-warning')!.textContent).toContain('headphones')
  })

  it('renames and removes takes, and asks before it removes', async () => {
    await tools()
    await useRecorder().open('audio')
    await useRecorder().change({ count_in_beats: 0 })
    await useRecorder().record()
    await pass(300)
    await useRecorder().stop()
    await pass(50)
    await press('take-rename')
    const field = outside('take-name') as HTMLInputElement
    field.value = 'Chorus'
    await key('Enter', {}, field)
    expect(outside('record-take')!.textContent).toContain('Chorus')
    const remove = vi.spyOn(ipc, 'removeSounds')
    await press('take-remove')
    expect(remove).not.toHaveBeenCalled()
    await press('take-remove-confirm')
    expect(remove).toHaveBeenCalled()
    expect(outside('record-take')).toBeNull()
  })
})

describe('mastering', () => {
  it('foretells the gain of each file and starts with its keys', async () => {
    await tools('', 3)
    await key('m', { ctrlKey: true })
    const rows = [...document.querySelectorAll('[data-testid=master-file]')]
    expect(rows).toHaveLength(3)
    expect(rows[0]!.textContent).toContain('−25.7')
    expect(rows[0]!.textContent).toContain('+11.7 dB')
    expect(rows[0]!.textContent).toContain('limiter works up to')
    expect(outside('mastering-start')!.textContent).toContain('Master 3 files')
    await press('preset-ebu_r128')
    expect(rows[0]!.textContent).toContain('+2.7 dB')
    await pass(5)
    await key('Enter', {}, outside('preset-ebu_r128')!)
    await pass(5000)
    const results = [...document.querySelectorAll<HTMLElement>('[data-testid=master-result]')]
    expect(results.map((row) => row.dataset.state)).toEqual(['done', 'failed', 'done'])
    expect(results[1]!.textContent).toContain('Copy the file again')
  })

  it('asks for files where none is picked, and says what it does not know', async () => {
    await tools('', 0)
    await key('m', { ctrlKey: true })
    expect(outside('mastering-nothing')).not.toBeNull()
    expect((outside('mastering-start') as HTMLButtonElement).disabled).toBe(true)
    vi.spyOn(ipc, 'pickFiles').mockResolvedValue(['/m/unknown.wav'])
    await press('mastering-nothing')
    await pass(10)
    expect(outside('master-file')!.textContent).toContain('measured when it is mastered')
    await press('preset-podcast')
    await press('mastering-start')
    expect(outside('master-batch')).not.toBeNull()
  })

  it('lets a result be heard and compared once it is in the library', async () => {
    await tools('', 1)
    await key('m', { ctrlKey: true })
    await press('mastering-start')
    await pass(12_000)
    const compare = vi.spyOn(ipc, 'compareSounds').mockResolvedValue(null)
    await press('result-compare')
    expect(compare.mock.calls[0]![0]).toBe('sound-2')
    expect(compare.mock.calls[0]![1]).toMatch(/^sound-/)
  })

  it('is not begun anew by its keys while it is prepared', async () => {
    await tools('', 2)
    await key('m', { ctrlKey: true })
    await press('preset-podcast')
    useMastering().drop(useMastering().files[0]!.path)
    await key('m', { ctrlKey: true })
    await key('r', { ctrlKey: true })
    expect([useMastering().files.length, useRecorder().place]).toEqual([1, null])
  })

  it('does not stay open over another room', async () => {
    await tools('', 1)
    await key('m', { ctrlKey: true })
    page.unmount()
    expect(useMastering().opened).toBe(false)
    page = mount({ render: () => null })
  })
})

describe('cleaning', () => {
  it('says so when nothing is picked', async () => {
    await tools('', 0)
    await key('k', { ctrlKey: true })
    expect(useCleaning().tool).toBeNull()
    expect(useToasts().list[0]!.text).toBe('Choose a sound first.')
  })

  it('makes a cleaned copy with what was wished', async () => {
    await tools()
    await key('k', { ctrlKey: true })
    await press('clean-hum')
    await press('clean-trim')
    const clean = vi.spyOn(ipc, 'cleanSound')
    await press('cleaning-start')
    expect(clean).toHaveBeenCalledWith('sound-2', { declick: true, hum: 'heard', denoise: 0.6, trim: true, fade_in: 0, fade_out: 0 })
    expect(outside('cleaning-clean')).toBeNull()
  })

  it('cannot begin with nothing to do', async () => {
    await tools()
    await key('k', { ctrlKey: true })
    await press('clean-denoise')
    await press('clean-declick')
    expect((outside('cleaning-start') as HTMLButtonElement).disabled).toBe(true)
  })

  it('offers the model that a split lacks, and begins once it is here', async () => {
    await tools()
    await key('s', { ctrlKey: true, shiftKey: true })
    expect(outside('cleaning-models')!.textContent).toContain('Spleeter')
    expect((outside('cleaning-start') as HTMLButtonElement).disabled).toBe(true)
    await press('cleaning-fetch-spleeter-2stems')
    await pass(5000)
    expect(outside('cleaning-models')).toBeNull()
    const split = vi.spyOn(ipc, 'splitSound')
    await press('cleaning-start')
    expect(split).toHaveBeenCalledWith('sound-2')
  })
})

describe('the piano roll', () => {
  const told = () => outside('notes-told')!.textContent
  const roll = () => outside('note-roll')!

  it('listens first where no notes were heard, then opens them', async () => {
    await tools()
    await key('n', { ctrlKey: true, shiftKey: true })
    await pass(10)
    expect(outside('notes')).toBeNull()
    await pass(5000)
    await key('n', { ctrlKey: true, shiftKey: true })
    await pass(10)
    expect(outside('note-roll')).not.toBeNull()
  })

  it('is worked with the keys alone', async () => {
    await tools('notes')
    await key('n', { ctrlKey: true, shiftKey: true })
    await pass(10)
    expect(told()).toContain('notes. Click')
    await key('.', {}, roll())
    const { pitch, velocity } = useNotes().chosen[0]!
    await key('ArrowUp', { shiftKey: true }, roll())
    await key('ArrowDown', {}, roll())
    await key('ArrowUp', { altKey: true }, roll())
    expect(useNotes().chosen[0]).toMatchObject({ pitch: pitch + 11, velocity: velocity + 5 })
    expect(told()).toMatch(/^[A-G].* at 0:0/)
    await key('z', { ctrlKey: true }, roll())
    expect(useNotes().notes.some((note) => note.pitch === pitch && note.velocity === velocity)).toBe(true)
    const before = useNotes().notes.length
    await key('Enter', {}, roll())
    expect(useNotes().notes).toHaveLength(before + 1)
    await key('Delete', {}, roll())
    await key('a', { ctrlKey: true }, roll())
    expect(told()).toBe(`${before} selected`)
  })

  it('asks before changes are lost, and Escape lets go of what is picked first', async () => {
    await tools('notes')
    await key('n', { ctrlKey: true, shiftKey: true })
    await pass(10)
    await key('.', {}, roll())
    await key('ArrowUp', {}, roll())
    await key('Escape', {}, roll())
    expect(useNotes().picked.size).toBe(0)
    await key('Escape', {}, roll())
    expect(document.body.textContent).toContain('Save the notes?')
    await press('notes-forget')
    expect(outside('notes')).toBeNull()
  })

  it('saves with the keys that save, and writes MIDI', async () => {
    await tools('notes')
    await key('n', { ctrlKey: true, shiftKey: true })
    await pass(10)
    await key('.', {}, roll())
    await key('ArrowUp', {}, roll())
    const [save, write] = [vi.spyOn(ipc, 'saveNotes'), vi.spyOn(ipc, 'exportNotes')]
    await key('s', { ctrlKey: true }, roll())
    expect(save).toHaveBeenCalledTimes(1)
    expect(outside('notes-changed')).toBeNull()
    await press('notes-export')
    expect(write.mock.calls[0]![1]).toMatch(/\.mid$/)
  })
})
