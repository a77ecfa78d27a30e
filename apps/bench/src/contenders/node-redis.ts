/** node-redis alone, which puts what is asked in one tick into one write by itself. */
import { type Contender, TTL_MS } from './contender.ts'
import { openRedis } from './redis-server.ts'

export const nodeRedis: Contender = {
  name: 'node-redis',
  packages: ['redis'],
  isOnRedis: true,
  async open({ directory }) {
    const { createClient } = await import('redis')
    const server = await openRedis(directory)
    const client = await createClient({ url: server.url }).connect()
    return {
      set: (key, value) => client.set(key, JSON.stringify(value), { expiration: { type: 'PX', value: TTL_MS } }),
      get: async (key) => parsed(await client.get(key)),
      getMany: async (keys) => (await client.mGet([...keys])).map(parsed).filter((value) => value !== undefined),
      delete: (key) => client.unlink(key),
      async close() {
        client.destroy()
        await server.stop()
      },
    }
  },
}

function parsed(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text)
}
