/** keyv on keyv-file with a file for each entry; in one file for all, each set would write all of them. */
import { join } from 'node:path'
import { type Contender, TTL_MS } from './contender.ts'

export const keyvFile: Contender = {
  name: 'keyv-file, separate',
  packages: ['keyv', 'keyv-file'],
  async open({ directory }) {
    const { Keyv } = await import('keyv')
    const { KeyvFile } = await import('keyv-file')
    const store = new KeyvFile({ filename: join(directory, 'keyv'), separatedFile: true, writeDelay: 0 })
    const cache = new Keyv({ store, ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      delete: (key) => cache.delete(key),
      close: () => cache.disconnect(),
    }
  },
}
