/** One file per entry, read on the calling thread, written over in place: a reader may meet half of a value. No ttl. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from './contender.ts'

export const rawFilesSync: Contender = {
  name: 'fs.readFileSync',
  packages: [],
  async open({ directory }) {
    const place = (key: string): string => join(directory, encodeURIComponent(key))
    return {
      set: (key, value) => writeFileSync(place(key), value instanceof Uint8Array ? value : JSON.stringify(value)),
      get: async (key) => found(place(key)),
    }
  },
}

function found(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
