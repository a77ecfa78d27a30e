/** A watch of a Cluster whose servers are the test. */
import { onTestFinished } from 'vitest'
import { ChangeWatch } from '../src/change-watch.ts'
import type { ClusterClient, ServerClient } from '../src/client.ts'
import type { ForeignChange } from '../src/foreign-change.ts'
import { openStore } from '../src/open-store.ts'
import { planRedis } from '../src/options.ts'
import { standInClient } from './stand-in-client.ts'
import { newsOf } from './told-cluster.ts'
import { TRACKED, toldServer } from './told-server.ts'

const SETTINGS = { commandTimeout: 1, socketTimeout: 2, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false }

export function toldWatch() {
  /** What the servers say has been invalidated. */
  const news = { reply: newsOf('abcdefgh 0 0 0', true), asked: Promise.resolve() }
  const answer: ServerClient['callBuffer'] = async (command, ...args) => {
    if (command !== 'evalsha') return args[0] === 'trackinginfo' ? TRACKED : 'OK'
    const { reply, asked } = news
    await asked
    return reply
  }
  const masters: ServerClient[] = []
  const client: ClusterClient = {
    ...standInClient(answer),
    options: { redisOptions: SETTINGS, retryDelayOnFailover: 0, retryDelayOnClusterDown: 0 },
    slots: [],
    nodes: () => [...masters],
    refreshSlotsCache: () => undefined,
  }
  const options = { client, timeout: '10s' } as const
  const { store } = openStore(options, planRedis(options), () => undefined)
  const watch = new ChangeWatch(store)
  onTestFinished(() => watch.stop())
  const changes: ForeignChange[] = []
  const gaps = (): unknown[] => changes.flatMap(({ gap }) => gap ?? [])
  return {
    store,
    watch,
    news,
    masters,
    changes,
    gaps,
    listen: () => watch.add((change) => changes.push(change)),
    join: () => {
      const told = toldServer(answer)
      masters.push(told.server)
      return told
    },
  }
}
