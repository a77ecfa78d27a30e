/** cacache, npm's own: content by its hash, an index entry for each write, checked when read. No ttl. */
import { join } from 'node:path'
import type { Contender } from './contender.ts'

export const cacache: Contender = {
  name: 'cacache',
  packages: ['cacache'],
  async open({ directory }) {
    const { default: store } = await import('cacache')
    const folder = join(directory, 'cacache')
    return {
      set: (key, value) => store.put(folder, key, value instanceof Uint8Array ? value : JSON.stringify(value)),
      get: (key) => store.get(folder, key).then(({ data }) => JSON.parse(data.toString()) as unknown, absent),
      delete: (key) => store.rm.entry(folder, key),
    }
  },
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
  throw error
}
