/** lmdb with its own MessagePack and shared structures, what makes it fast; it has no ttl. A set waits for the disk. */
import { join } from 'node:path'
import type { Contender } from './contender.ts'

export const lmdb: Contender = {
  name: 'lmdb',
  packages: ['lmdb'],
  async open({ directory }) {
    const { open } = await import('lmdb')
    const store = open<unknown, string>({
      path: join(directory, 'bench.mdb'),
      sharedStructuresKey: Symbol.for('structures'),
    })
    return {
      set: (key, value) => store.put(key, value),
      get: async (key) => store.get(key),
      delete: (key) => store.remove(key),
      close: () => store.close(),
    }
  },
}
