/** node-cache handing out references; its calls are synchronous. */
import { type Contender, TTL_MS } from './contender.ts'

export const nodeCache: Contender = {
  name: 'node-cache, useClones: false',
  packages: ['node-cache'],
  async open({ entryCount }) {
    const { default: NodeCache } = await import('node-cache')
    const cache = new NodeCache({ stdTTL: TTL_MS / 1_000, maxKeys: entryCount, useClones: false })
    return {
      set: (key, value) => cache.set(key, value),
      get: async (key) => cache.get(key),
      getSync: (key) => cache.get(key),
      close: () => cache.close(),
    }
  },
}
