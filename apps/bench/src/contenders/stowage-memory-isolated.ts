/** Stowage on its memory backend, whose callers cannot reach each other's values. */
import { type Contender, TTL_MS } from './contender.ts'

export const stowageMemoryCopy: Contender = isolated("Stowage memory, isolation: 'copy'", 'copy')
export const stowageMemoryFreeze: Contender = isolated("Stowage memory, isolation: 'freeze'", 'freeze')

function isolated(name: string, isolation: 'copy' | 'freeze'): Contender {
  return {
    name,
    packages: ['@stowage/core', '@stowage/memory'],
    async open({ entryCount }) {
      const { createCache } = await import('@stowage/core')
      const { memoryBackend } = await import('@stowage/memory')
      const cache = createCache({ backend: memoryBackend({ maxEntries: entryCount, isolation }), ttl: TTL_MS })
      return {
        set: (key, value) => cache.set(key, value),
        get: (key) => cache.get(key),
        close: () => cache.close(),
      }
    },
  }
}
