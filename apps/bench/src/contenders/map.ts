/** The floor: a Map, without ttl, limit or counters. */
import type { Contender } from './contender.ts'

export const map: Contender = {
  name: 'Map',
  packages: [],
  async open({ load }) {
    const held = new Map<string, unknown>()
    return {
      set: (key, value) => held.set(key, value),
      get: async (key) => held.get(key),
      getSync: (key) => held.get(key),
      getOrSet: async (key) => {
        const found = held.get(key)
        if (found !== undefined) return found
        const loaded = Promise.resolve(load(key))
        held.set(key, loaded)
        return loaded
      },
    }
  },
}
