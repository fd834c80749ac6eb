import type { Check, Language, Request, Score, Settings, Shelf, Take } from '@/domain'
import { secondsOf } from './sound'
import { blankRequest, compose } from './song'
import { understand } from './understanding'

export const settings = (language: Language): Settings => ({
  language, output_device: null, volume: 0.9, model_budget_mib: null, cache_mib: 4096, projects_folder: null, watched_folders: [], shortcuts: {}, welcomed: false,
})

export const shelf = (): Shelf => ({
  provider: 'CPU', budget_bytes: 4 * 2 ** 30, used_bytes: 92 * 2 ** 20,
  models: [
    { id: 'onnxruntime', name: 'ONNX Runtime', task: 'runtime', licence: 'MIT', credit: 'Microsoft', source: 'onnxruntime-node', bytes: 21_400_000, required: false, state: { state: 'ready' } },
    { id: 'general-sounds', name: 'General sounds', task: 'sound_bank', licence: 'MIT', credit: 'Frank Wen', source: 'sound bank package', bytes: 32_100_000, required: true, state: { state: 'loaded', bytes: 92 * 2 ** 20 } },
    { id: 'drum-one-shots', name: 'Drum one-shots', task: 'one_shots', licence: 'CC0-1.0', credit: 'Sam Aaron', source: 'sample package', bytes: 8_200_000, required: true, state: { state: 'ready' } },
    { id: 'musicnn-msd', name: 'musicnn', task: 'tagging', licence: 'ISC', credit: 'Jordi Pons', source: 'musicnn', bytes: 3_100_000, required: false, state: { state: 'missing' } },
    { id: 'deepfilternet3', name: 'DeepFilterNet3', task: 'denoising', licence: 'MIT OR Apache-2.0', credit: 'Hendrik Schröter', source: 'DeepFilterNet', bytes: 9_400_000, required: false, state: { state: 'ready' } },
    { id: 'spleeter-2stems', name: 'Spleeter, two stems', task: 'splitting', licence: 'MIT', credit: 'Deezer', source: 'spleeter', bytes: 78_600_000, required: false, state: { state: 'missing' } },
    { id: 'basic-pitch', name: 'Basic Pitch', task: 'transcription', licence: 'Apache-2.0', credit: 'Spotify', source: 'basic-pitch', bytes: 1_900_000, required: false, state: { state: 'ready' } },
    { id: 'kokoro', name: 'Kokoro-82M', task: 'speaking', licence: 'Apache-2.0 AND MIT', credit: 'hexgrad', source: 'four packages of parts', bytes: 92_400_000, required: false, state: { state: 'ready' } },
    { id: 'hibari', name: 'Hibari, instant English', task: 'speaking', licence: 'Apache-2.0', credit: 'Maureese Williams', source: 'hibari-tts', bytes: 7_900_000, required: false, state: { state: 'ready' } },
    { id: 'kokoro-voices', name: 'Voices of Kokoro', task: 'speaking', licence: 'Apache-2.0', credit: 'hexgrad', source: 'kokoro-js', bytes: 16_200_000, required: false, state: { state: 'ready' } },
    { id: 'english', name: 'English words', task: 'reading', licence: 'Apache-2.0', credit: 'hibari', source: 'hibari', bytes: 6_800_000, required: false, state: { state: 'ready' } },
    { id: 'whisper-base', name: 'Whisper base', task: 'listening', licence: 'MIT', credit: 'OpenAI', source: 'whisper', bytes: 77_300_000, required: false, state: { state: 'ready' } },
    { id: 'silero-vad', name: 'Silero VAD', task: 'voice_activity', licence: 'MIT', credit: 'Silero Team', source: 'silero-vad', bytes: 1_300_000, required: false, state: { state: 'ready' } },
    { id: 'swift-f0', name: 'SwiftF0', task: 'pitch_tracking', licence: 'MIT', credit: 'Lars Nieradzik', source: 'swift-f0', bytes: 400_000, required: false, state: { state: 'ready' } },
    { id: 'resemblyzer', name: 'Resemblyzer', task: 'speaker_recognition', licence: 'Apache-2.0', credit: 'Resemble AI', source: 'Resemblyzer', bytes: 5_700_000, required: false, state: { state: 'ready' } },
  ],
})

export const checks = (): Check[] => [
  { id: 'audio_output', state: 'works', found: 'Studio monitors (PipeWire)', hint: '' },
  { id: 'general-sounds', state: 'works', found: 'General sounds, 32 MB', hint: '' },
  { id: 'execution_provider', state: 'limited', found: 'CPU only', hint: 'Tagging takes a little longer without a graphics card.' },
  { id: 'database', state: 'works', found: 'library.sqlite, version 3', hint: '' },
  { id: 'disk', state: 'works', found: '212 GB', hint: '' },
]

export type Song = { take: Take; score: Score }
let takes = 0

/** Makes a finished take from a request, as the studio would. */
export function makeSong(asked: Partial<Request>, seed: number, at: number): Song {
  const request: Request = { ...blankRequest(), ...asked }
  const understanding = understand(request)
  const { brief } = understanding
  const score = compose({ ...brief }, seed)
  const duration = secondsOf(score, score.length)
  takes += 1
  const take: Take = {
    id: `take-${takes}`, title: brief.title, request, understanding, seed, engine: 'composer 0.1.0', score: `score-${seed}`, audio: `audio-${seed}`,
    measured: {
      duration, loudness: -14 + ((seed % 5) - 2) * 0.04, true_peak: -1.02 - (seed % 7) * 0.03, dc_offset: -92, clipped_samples: 0, longest_silence: 0.2,
      bpm: brief.bpm + 0.1, bpm_matches: true, key: brief.key, key_matches: seed % 3 !== 0,
    },
    master_gain: 3.4,
    refused: seed % 4 === 1 ? [{ seed: seed - 1, reason: 'inner_silence', detail: '1.9 s, at most 1.5 s' }] : [],
    tags: [{ name: brief.style === 'reggaeton' ? 'latin' : 'electronic', score: 0.62 }, { name: 'dance', score: 0.41 }, { name: 'female vocals', score: 0.12 }],
    starred: false, created_ms: at, elapsed: 4.2,
  }
  return { take, score }
}
