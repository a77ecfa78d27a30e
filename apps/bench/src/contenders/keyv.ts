/** keyv as it comes: a Map of JSON texts. */
import { type Contender, TTL_MS } from './contender.ts'

export const keyv: Contender = {
  name: 'keyv',
  packages: ['keyv'],
  async open() {
    const { Keyv } = await import('keyv')
    const cache = new Keyv({ ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      close: () => cache.disconnect(),
    }
  },
}
