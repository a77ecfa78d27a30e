/** Locks on Redis, taken and given back by one process that nobody disputes them with: a redlock library beside ours. */
import { openRedis } from './redis-server.ts'

export interface LockContender {
  readonly name: string
  readonly packages: readonly string[]
  open(directory: string): Promise<OpenLock>
}

interface OpenLock {
  /** Takes it, looks whether it is held, gives it back. */
  cycle(): Promise<boolean>
  close(): Promise<void>
}

const TTL_MS = 30_000

export const redlockLock: LockContender = {
  name: 'redlock (@sesamecare-oss/redlock)',
  packages: ['@sesamecare-oss/redlock'],
  async open(directory) {
    const { Redis } = await import('ioredis-6')
    const { Redlock } = await import('@sesamecare-oss/redlock')
    const server = await openRedis(directory)
    const client = new Redis(server.url)
    const redlock = new Redlock([client])
    return {
      async cycle() {
        const lock = await redlock.acquire(['nightly'], TTL_MS)
        const isHeld = lock.expiration > Date.now()
        await lock.release()
        return isHeld
      },
      async close() {
        client.disconnect()
        await server.stop()
      },
    }
  },
}

export const stowageLocks = { redis: onBackend('redis'), sqlite: onBackend('sqlite') }

function onBackend(place: 'redis' | 'sqlite'): LockContender {
  return {
    name: `Stowage ${place}`,
    packages: ['@stowage/core', '@stowage/structures', `@stowage/${place}`],
    async open(directory) {
      const { createLock } = await import('@stowage/structures')
      const server = place === 'redis' ? await openRedis(directory) : undefined
      const backend =
        server === undefined
          ? (await import('@stowage/sqlite')).sqliteBackend({ path: `${directory}/bench.db` })
          : (await import('@stowage/redis')).redisBackend({ url: server.url })
      const lock = createLock(backend, 'nightly', { ttl: TTL_MS })
      return {
        async cycle() {
          const permit = await lock.acquire()
          const { isHeld } = permit
          return (await permit.release()) && isHeld
        },
        async close() {
          await backend.close()
          await server?.stop()
        },
      }
    },
  }
}
