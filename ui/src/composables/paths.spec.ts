import { describe, expect, it } from 'vitest'
import { fileName, folderOf, pathsIn } from './paths'

describe('paths', () => {
  it('are read out of what file managers and terminals copy', () => {
    expect(pathsIn('file:///home/m/a%20b.wav\r\n/home/m/c.flac\n"/home/m/with space.mp3"\nC:\\loops\\d.wav\n\\\\nas\\e.wav\n')).toEqual([
      'file:///home/m/a%20b.wav', '/home/m/c.flac', '/home/m/with space.mp3', 'C:\\loops\\d.wav', '\\\\nas\\e.wav',
    ])
  })

  it('are not seen in ordinary text, and once only', () => {
    expect(pathsIn('sube la noche\nhttps://example.org/a.wav\n# comment')).toEqual([])
    expect(pathsIn('/a.wav\n/a.wav')).toEqual(['/a.wav'])
  })

  it('have a name and a folder', () => {
    expect([fileName('/m/loops/'), fileName('C:\\loops\\d.wav')]).toEqual(['loops', 'd.wav'])
    expect([folderOf('/m/a.wav'), folderOf('/a.wav'), folderOf('C:\\loops\\d.wav')]).toEqual(['/m', '/', 'C:\\loops'])
  })
})
