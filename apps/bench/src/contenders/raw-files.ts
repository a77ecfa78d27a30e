/** One file per entry by fs.promises, written over in place: a reader may meet half of a value. No ttl. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender } from './contender.ts'

export const rawFiles = inFiles((content) => content)
/** The same for values that are no bytes. */
export const rawJsonFiles = inFiles((content) => JSON.parse(content.toString()) as unknown)

function inFiles(read: (content: Buffer) => unknown): Contender {
  return {
    name: 'fs.promises.writeFile',
    packages: [],
    async open({ directory }) {
      const place = (key: string): string => join(directory, encodeURIComponent(key))
      return {
        set: (key, value) => writeFile(place(key), value instanceof Uint8Array ? value : JSON.stringify(value)),
        get: (key) => readFile(place(key)).then(read, absent),
      }
    },
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
  throw error
}
