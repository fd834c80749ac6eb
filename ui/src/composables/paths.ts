/** How the names of files end that sounds are read from. */
export const SOUND_FILES = ['wav', 'wave', 'bwf', 'aif', 'aiff', 'aifc', 'caf', 'flac', 'mp3', 'mp2', 'm4a', 'mp4', 'aac', 'ogg', 'oga', 'opus', 'mka', 'mkv', 'webm']
/** How the names of converters of voices end. */
export const CONVERTER_FILES = ['onnx']
/** A profile of a voice as one file. */
export const PROFILE_EXTENSION = 'son1kvoice'
export const PROFILE_FILE = /\.son1kvoice$/i

/** The last part of a path, whichever way its slashes lean. */
export const fileName = (path: string) => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path

/** The folder that a file is in. */
export const folderOf = (path: string) => path.slice(0, Math.max(0, path.length - fileName(path).length)).replace(/(?<=.)[/\\]+$/, '')

const LOOKS_LIKE_A_PATH = /^(file:\/\/|\/|[a-z]:[/\\]|\\\\)/i

/** Reads the paths out of pasted text: one a line, as paths, in quotes, or as `file://` addresses. */
export function pathsIn(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^(["'])(.*)\1$/, '$2'))
  return [...new Set(lines.filter((line) => LOOKS_LIKE_A_PATH.test(line)))]
}
