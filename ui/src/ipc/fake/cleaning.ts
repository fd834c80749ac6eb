import type { CleaningReport, HeardNote, Job, LibrarySound, NoteSheet, Shelf, SoundId, StudioEvent, Work } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import { randomFrom } from './song'

type Host = {
  send: (event: StudioEvent) => void
  startJob: (work: Work, finish: (job: Job) => void) => string
  sound: (id: SoundId) => LibrarySound
  addMade: (path: string, duration: number) => string
  shelf: () => Shelf
}

const SCALE = [0, 3, 5, 7, 10, 12, 15]
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const seedOf = (id: string) => Number(id.split('-')[1])

/** What would be heard in the sound of a seed: a line over held chords. */
export function notesOf(sound: LibrarySound): NoteSheet {
  const random = randomFrom(seedOf(sound.id) * 13 + 1)
  const duration = sound.facts.duration ?? 30
  const { bpm } = sound.analysis
  const beat = 60 / (bpm ?? 92)
  const notes: HeardNote[] = []
  for (let at = 0; at < duration - beat; at += beat / 2) {
    const root = 48 + [0, -4, 3, -2][Math.floor(at / (beat * 8)) % 4]!
    if (Math.round(at / beat) % 4 === 0 && notes.every(({ start }) => Math.abs(start - at) > beat)) {
      for (const tone of [0, 7, 15]) notes.push({ start: at, length: Math.min(beat * 3.6, duration - at), pitch: root + tone - 5, velocity: 48 + Math.floor(random() * 22) })
    }
    if (random() < 0.62) notes.push({ start: at + random() * 0.02, length: beat * (0.25 + random() * 0.7), pitch: root + 12 + SCALE[Math.floor(random() * SCALE.length)]!, velocity: 58 + Math.floor(random() * 66) })
  }
  return { sound: sound.id, notes, bpm, duration, edited: false }
}

/** Cleaning, splitting and listening for notes, in memory. `?notes` begins with a sheet for every sound. */
export class FakeCleaning {
  private readonly sheets = new Map<SoundId, NoteSheet>()
  private readonly always: boolean

  constructor(query: URLSearchParams, private readonly host: Host) {
    this.always = query.has('notes')
  }

  private need(task: string) {
    const model = this.host.shelf().models.find((each) => each.task === task)
    if (model?.state.state === 'missing') throw new AppError('model_missing', `could not start: ${model.name} is not here`, 'Get it in Settings, under models.')
  }

  private beside(sound: LibrarySound, word: string) {
    const [stem, extension] = [sound.path.replace(/\.\w+$/, ''), 'wav']
    return this.host.addMade(`${stem} (${word}).${extension}`, sound.facts.duration ?? 1)
  }

  private readonly heard = (sound: LibrarySound): NoteSheet | null => this.sheets.get(sound.id) ?? (this.always ? notesOf(sound) : null)

  calls(): Partial<Ipc> {
    return {
      cleanSound: async (id, cleaning) => {
        if (cleaning.denoise !== null) this.need('denoising')
        const sound = this.host.sound(id)
        return this.host.startJob({ kind: 'clean', sound: id, cleaning }, () => {
          const report: CleaningReport = { clicks: cleaning.declick ? 17 : 0, hum: cleaning.hum ? 50 : null, trimmed_start: cleaning.trim ? 0.42 : 0, trimmed_end: cleaning.trim ? 1.3 : 0 }
          this.host.send({ type: 'sounds_made', data: { source: id, made: [this.beside(sound, 'clean')], report, approach: null } })
        })
      },
      splitSound: async (id) => {
        this.need('splitting')
        const sound = this.host.sound(id)
        return this.host.startJob({ kind: 'split', sound: id }, () => {
          this.host.send({ type: 'sounds_made', data: { source: id, made: [this.beside(sound, 'voice'), this.beside(sound, 'backing')], report: null, approach: null } })
        })
      },
      hearNotes: async (id) => {
        this.need('transcription')
        const sound = this.host.sound(id)
        return this.host.startJob({ kind: 'hear_notes', sound: id }, () => {
          const sheet = notesOf(sound)
          this.sheets.set(id, sheet)
          this.host.send({ type: 'notes_heard', data: sheet })
        })
      },
      getNotes: async (id) => copy(this.heard(this.host.sound(id))),
      saveNotes: async (sheet) => { this.sheets.set(sheet.sound, copy(sheet)) },
      exportNotes: async () => undefined,
    }
  }
}
