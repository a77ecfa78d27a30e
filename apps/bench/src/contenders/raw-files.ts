/** One file per entry by fs.promises, written over in place: a reader may meet half of a value. No ttl. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender } from './contender.ts'

export const rawFiles: Contender = {
  name: 'fs.promises.writeFile',
  packages: [],
  async open({ directory }) {
    const place = (key: string): string => join(directory, encodeURIComponent(key))
    return {
      set: (key, value) => writeFile(place(key), value instanceof Uint8Array ? value : JSON.stringify(value)),
      get: (key) => readFile(place(key)).catch(absent),
    }
  },
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
  throw error
}
