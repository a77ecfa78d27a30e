/** The one proving ground this server may have open. It ends by itself, so that a page that was left does not keep it. */
import { inTurns } from '../../in-turn.ts'
import { RequestError } from '../../problem.ts'
import type { OwnRedis } from '../../redis/own-redis.ts'
import type { StoreName } from './proving-cache.ts'
import { type FaultName, openProvingGround, type ProvingGround } from './proving-ground.ts'

export interface FaultsRoom {
  readonly redisReason: string | undefined
  start(store: StoreName): Promise<void>
  stop(): Promise<void>
  fault(name: FaultName): Promise<void>
  state(): ReturnType<ProvingGround['state']> | undefined
  close(): Promise<void>
}

const LONGEST_MS = 15 * 60 * 1_000

export function openFaults(redis: OwnRedis): FaultsRoom {
  let ground: ProvingGround | undefined
  let end: NodeJS.Timeout | undefined

  /** Two grounds at once could leave one that nobody closes. */
  const inTurn = inTurns()

  async function stop(): Promise<void> {
    clearTimeout(end)
    const open = ground
    ground = undefined
    await open?.close()
  }

  return {
    redisReason: redis.reason,
    async start(store) {
      if (store === 'redis' && redis.reason !== undefined) throw new RequestError(400, `no Redis: ${redis.reason}`)
      await inTurn(async () => {
        await stop()
        ground = await openProvingGround(store, redis)
        end = setTimeout(() => void inTurn(stop), LONGEST_MS)
        end.unref()
      })
    },
    stop: () => inTurn(stop),
    fault: (name) =>
      inTurn(async () => {
        if (ground === undefined) throw new RequestError(409, 'nothing is running that could be broken; start it first')
        await ground.fault(name)
      }),
    state: () => ground?.state(),
    close: () => inTurn(stop),
  }
}
