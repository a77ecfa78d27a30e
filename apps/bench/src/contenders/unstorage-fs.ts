/** unstorage on its fs driver: a file per key, written over in place. No ttl. */
import { join } from 'node:path'
import type { Driver } from 'unstorage'
import type { Contender } from './contender.ts'

export const unstorageFs: Contender = {
  name: 'unstorage fs',
  packages: ['unstorage'],
  async open({ directory }) {
    const { createStorage } = await import('unstorage')
    const { default: fsDriver } = await import('unstorage/drivers/fs')
    const driver: unknown = fsDriver({ base: join(directory, 'unstorage') })
    if (!isDriver(driver)) throw new TypeError('unstorage/drivers/fs makes no driver')
    const storage = createStorage<string | object>({ driver })
    return {
      set: (key, value) => (value instanceof Uint8Array ? storage.setItemRaw(key, value) : storage.setItem(key, value)),
      get: async (key) => (await storage.getItem(key)) ?? undefined,
      delete: (key) => storage.removeItem(key),
      close: () => storage.dispose(),
    }
  },
}

/** Its types point to a file that Node's way of resolving does not find. */
function isDriver(made: unknown): made is Driver {
  return typeof made === 'object' && made !== null && 'getItem' in made
}
