/** What a careful user writes with ioredis alone: the reference of all workloads on Redis. */
import { type Contender, TTL_MS } from './contender.ts'
import { openRedis } from './redis-server.ts'

export const rawIoredis = onClient('ioredis', false)
export const rawIoredisPipelined = onClient('ioredis, enableAutoPipelining', true)

function onClient(name: string, enableAutoPipelining: boolean): Contender {
  return {
    name,
    packages: ['ioredis-6'],
    isOnRedis: true,
    async open({ directory }) {
      const { Redis } = await import('ioredis-6')
      const server = await openRedis(directory)
      const client = new Redis(server.url, { enableAutoPipelining })
      return {
        set: (key, value) => client.set(key, JSON.stringify(value), 'PX', TTL_MS),
        get: async (key) => parsed(await client.get(key)),
        getMany: async (keys) => (await client.mget([...keys])).map(parsed).filter((value) => value !== undefined),
        delete: (key) => client.unlink(key),
        async close() {
          client.disconnect()
          await server.stop()
        },
      }
    },
  }
}

function parsed(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text)
}
