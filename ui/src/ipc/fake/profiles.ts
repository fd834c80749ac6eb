import type { Closest, ConsentReceipt, Job, Language, LibrarySound, Profile, ProfileId, Sample, SampleCheck, SampleId, SampleSource, ScriptLine, Shelf, SoundId, StudioEvent, Voice, Work } from '@/domain'
import type { Ipc } from '../contract'
import { AppError } from '../error'
import type { FakePlayer } from './player'

type Host = {
  send: (event: StudioEvent) => void
  startJob: (work: Work, finish: (job: Job) => void) => string
  sound: (id: SoundId) => LibrarySound
  shelf: () => Shelf
  player: () => FakePlayer
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const TODAY = '2026-11-22'
const BARELY_S = 3
const WELL_S = 10

const SCRIPTS: Record<Language, string[]> = {
  en: ['Good morning; this is my voice as it sounds when I am not in a hurry.', 'Could you bring the blue guitar, both cables, and a chair for George?', 'Ten, twenty, fifty, a hundred: count slowly until the red light goes off.', 'Thank you for listening. I enjoyed this more than I had thought I would.'],
  es: ['Buenos días; esta es mi voz cuando hablo sin ninguna prisa.', '¿Puedes traer la guitarra azul, dos cables y una silla para Jorge?', 'Diez, veinte, cincuenta, cien: cuenta despacio hasta que te dé la señal.', 'Gracias por escuchar. Ha sido mucho más divertido de lo que yo imaginaba.'],
}
const CONVERSION: Closest['conversion'] = { pitch: -1.5, formants: -0.8, range: 1.12, key: null, tune: null, character: 'natural', doubling: 0, harmony: [], choir: 0, vocoder: null, breath: 0, speed: 1, mix: 1 }
const closestOf = (language: Language): Closest => ({
  blend: language === 'es' ? [{ voice: 'ef_dora', weight: 0.7 }, { voice: 'em_alex', weight: 0.3 }] : [{ voice: 'af_heart', weight: 0.62 }, { voice: 'af_bella', weight: 0.38 }],
  conversion: CONVERSION, pace: 1.06, similarity_before: 0.62, similarity: 0.71,
})

/** What would be found in a sample: its name says what is wrong with it (`quiet`, `noisy`, `clipped`, `two`, `music`). */
function checksOf(name: string, seconds: number, cleaned: boolean): SampleCheck[] {
  const says = (word: string) => name.toLowerCase().includes(word)
  const music = says('music')
  return [
    { quality: 'level', ...(cleaned ? { verdict: 'good', value: -20 } : says('quiet') ? { verdict: 'poor', value: -41 } : { verdict: 'good', value: -18.4 }) },
    { quality: 'noise', ...(says('noisy') && !cleaned ? { verdict: 'poor', value: 17 } : { verdict: 'good', value: 38 }) },
    { quality: 'clipping', ...(says('clipped') ? { verdict: 'poor', value: 0.42 } : { verdict: 'good', value: 0 }) },
    { quality: 'duration', value: music ? 0 : seconds * 0.9, verdict: music || seconds < BARELY_S ? 'unusable' : seconds < WELL_S ? 'poor' : 'good' },
    { quality: 'speakers', ...(music ? { verdict: 'unusable', value: 0 } : says('two') ? { verdict: 'unusable', value: 2 } : { verdict: 'good', value: 1 }) },
  ]
}

/**
 * Profiles in memory. `?profiles=demo` has one's own and somebody else's, `failing` cannot list them at first.
 */
export class FakeProfiles {
  private profiles: Profile[] = []
  private count = 0
  private failures: number

  constructor(query: URLSearchParams, private readonly host: Host) {
    const kind = query.get('profiles') ?? ''
    this.failures = kind === 'failing' ? 1 : 0
    if (kind !== 'demo') return
    const mine = this.make('Mi voz', 'es', true)
    mine.samples.push(this.sample('lectura.wav', 24.2), this.sample('prueba quiet.wav', 6.1))
    mine.closest = closestOf('es')
    this.make('Ana', 'en', false).samples.push(this.sample('interview noisy.wav', 41))
  }

  private make(name: string, language: Language, own: boolean): Profile {
    this.count += 1
    const made: Profile = { id: `profile-${this.count}`, name, language, notes: '', own, samples: [], consent: [], closest: null, created_ms: Date.now() }
    this.profiles.push(made)
    return made
  }

  private sample(name: string, seconds: number): Sample {
    this.count += 1
    return { id: `sample-${this.count}`, name, seconds, sha256: `${this.count}`.repeat(8).padEnd(64, 'a'), checks: checksOf(name, seconds, false), cleaned: false }
  }

  private tell() {
    this.host.send({ type: 'profiles_listed', data: this.profiles })
  }

  private get(id: ProfileId) {
    const profile = this.profiles.find((each) => each.id === id)
    if (!profile) throw new AppError('not_found', 'could not find this profile', '')
    return profile
  }

  private change(id: ProfileId, edit: (profile: Profile) => void) {
    edit(this.get(id))
    this.tell()
  }

  private need(...ids: string[]) {
    const model = this.host.shelf().models.find(({ id, state }) => ids.includes(id) && state.state === 'missing')
    if (model) throw new AppError('model_missing', `could not start: ${model.name} is not here`, 'Get it in Settings, under models.')
  }

  private consented({ own, samples, consent }: Profile) {
    return own || (samples.length > 0 && samples.every(({ sha256 }) => consent.some(({ sample }) => sample === sha256)))
  }

  /** Refuses somebody else's voice without a receipt for each of its samples. */
  needConsent(id: ProfileId) {
    const profile = this.get(id)
    if (!this.consented(profile)) throw new AppError('consent_missing', `There is no consent to use the voice of “${profile.name}”.`, 'Ask the person, and note in the profile who consents and what for.')
  }

  /** The closest voices, as voices that can speak. */
  voices(stock: Voice[]): Voice[] {
    return this.profiles.flatMap((profile) => {
      const like = stock.find(({ id }) => id === profile.closest?.blend[0]?.voice)
      return like ? [{ ...like, id: `profile:${profile.id}`, name: profile.name, ready: like.ready && this.consented(profile) }] : []
    })
  }

  private add(id: ProfileId, source: SampleSource) {
    const profile = this.get(id)
    const sound = source.kind === 'sound' ? this.host.sound(source.value) : null
    const path = sound?.path ?? String(source.value)
    const name = path.split('/').at(-1)!
    if (/\.(pdf|txt)$/.test(name) || name.includes('broken')) throw new AppError('unsupported_file', `“${name}” was not added. It is no sound.`, 'Choose a sound file.')
    if (profile.samples.some((sample) => sample.name === name)) throw new AppError('invalid_field', `“${name}” is in this profile already.`, 'Record or choose another.')
    profile.samples.push(this.sample(name, sound?.facts.duration ?? 12.5))
    profile.closest = null
  }

  private addAll(id: ProfileId, sources: SampleSource[]) {
    this.need('silero-vad', 'resemblyzer')
    const refused: AppError[] = []
    for (const source of sources) {
      try {
        this.add(id, source)
      } catch (thrown) {
        refused.push(AppError.from(thrown))
      }
    }
    if (refused.length === sources.length) throw refused[0]!
    for (const { code, message, hint } of refused) this.host.send({ type: 'problem_found', data: { code, message, hint } })
    this.tell()
  }

  private clean(id: ProfileId, sample: SampleId, cleaned: boolean) {
    if (cleaned) this.need('deepfilternet3')
    this.change(id, (profile) => {
      profile.closest = null
      profile.samples = profile.samples.map((each) => (each.id === sample ? { ...each, cleaned, checks: checksOf(each.name, each.seconds, cleaned) } : each))
    })
  }

  private samples(): Partial<Ipc> {
    return {
      addSamples: async (id, sources) => this.addAll(id, sources),
      removeSample: async (id, sample) => this.change(id, (profile) => {
        profile.samples = profile.samples.filter((each) => each.id !== sample)
        profile.closest = null
      }),
      cleanSample: async (id, sample) => this.clean(id, sample, true),
      restoreSample: async (id, sample) => this.clean(id, sample, false),
      playSample: async (id, sample) => {
        const { name, seconds } = this.get(id).samples.find((each) => each.id === sample)!
        this.host.player().beginPassing(name, seconds)
      },
    }
  }

  calls(): Partial<Ipc> {
    return {
      ...this.samples(),
      listProfiles: async () => {
        if (this.failures-- > 0) throw new AppError('internal', 'the profiles could not be listed', 'Try it again.')
        return copy(this.profiles)
      },
      createProfile: async (name, language, own) => {
        const { id } = this.make(name, language, own)
        this.tell()
        return id
      },
      changeProfile: async (id, change) => this.change(id, (profile) => Object.assign(profile, change)),
      deleteProfile: async (id) => {
        this.get(id)
        this.profiles = this.profiles.filter((each) => each.id !== id)
        this.tell()
      },
      giveConsent: async (id, person, purpose) => this.change(id, (profile) => {
        profile.consent = profile.samples.map(({ sha256 }): ConsentReceipt => ({ person, purpose, date: TODAY, sample: sha256 }))
      }),
      withdrawConsent: async (id) => this.change(id, (profile) => { profile.consent = [] }),
      findClosestVoice: async (id) => {
        const { samples, name } = this.get(id)
        if (samples.length === 0) throw new AppError('invalid_field', `“${name}” has no sample that can be used.`, 'Add a recording of at least 3 s of one person who speaks.')
        this.needConsent(id)
        this.need('silero-vad', 'resemblyzer', 'kokoro', 'kokoro-voices', 'swift-f0')
        return this.host.startJob({ kind: 'find_closest', profile: id }, () => this.change(id, (profile) => { profile.closest = closestOf(profile.language) }))
      },
      exportProfile: async (id) => void this.get(id),
      importProfile: async (path) => {
        const made = this.make(path.split('/').at(-1)!.replace(/\.\w+$/, ''), 'en', true)
        made.samples.push(this.sample('kept.wav', 18))
        this.tell()
        return made.id
      },
      getReadingScript: async (language) => SCRIPTS[language].map((text): ScriptLine => ({ text, seconds: Math.round(text.length / 14) })),
    }
  }
}
