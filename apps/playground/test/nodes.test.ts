/** Several servers on one store: the Redis that one of them starts is the Redis of all. */
import { join } from 'node:path'
import { describeWithRedis, findRedisBinary } from '@stowage/test-servers'
import { createTRPCClient, httpLink } from '@trpc/client'
import { expect, test } from 'vitest'
import { startNodes } from '../src/server/nodes/node-processes.ts'
import { answersPing } from '../src/server/redis/redis-ping.ts'
import type { RpcRouter } from '../src/server/rpc-router.ts'
import { DEFAULT_CHOICE } from '../src/shared/cache-choice.ts'
import { openPlayground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

/** One that is there already would be everybody's, and is nobody's to fill. */
const isTaken = await answersPing('redis://127.0.0.1:6379')

describeWithRedis('with a Redis', () => {
  test.skipIf(isTaken)(
    'the app’s own is started once, by the first node, and the others are told where it is',
    async () => {
      using folder = temporaryFolder()
      const found = await findRedisBinary()
      if (!found.found) throw new Error('there is a Redis, but no program of it')
      const { command, libraryPath } = found.binary
      const program = { found: true, command, env: { ...process.env, LD_LIBRARY_PATH: libraryPath } } as const
      const directory = join(folder.path, 'kept')
      await using first = await openPlayground({
        files: await writeSmallFlights(folder.path),
        directory,
        node: { name: 'node 1' },
        redisOptions: { program },
      })
      const nodes = startNodes({
        count: 3,
        environment: { CACHE_DIR: directory, REDIS_URL: '' },
        redisUrl: () => first.rooms.redis.url(),
      })
      try {
        const peers = await nodes.peers
        first.rooms.nodes.meet(peers)
        const choice = { ...DEFAULT_CHOICE, backend: 'memory+redis' } as const
        const others = peers.map(({ address }) =>
          createTRPCClient<RpcRouter>({ links: [httpLink({ url: `${address}/trpc` })] }),
        )
        expect(await others[0]?.settings.cache.query()).toMatchObject({
          redis: { isAvailable: true, words: 'of the first node, for all nodes' },
        })
        expect(first.rooms.redis.state()).toBe('off')
        for (const node of [...others, first.rpc]) await node.settings.chooseCache.mutate(choice)
        expect(first.rooms.redis.state()).toBe('running')
        expect(new Set((await first.rpc.nodes.askAt.mutate({ name: 'node 3' })).map(({ outcome }) => outcome))).toEqual(
          new Set(['loaded']),
        )
        for (const name of ['node 1', 'node 2']) {
          const tiers = (await first.rpc.nodes.askAt.mutate({ name })).map(({ tier }) => tier)
          expect([name, ...new Set(tiers)]).toEqual([name, 'redis'])
        }
      } finally {
        await nodes.close()
      }
    },
    60_000,
  )
})
