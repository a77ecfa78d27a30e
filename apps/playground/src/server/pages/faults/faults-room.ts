/** The one proving ground this server may have open. It ends by itself, so that a page that was left does not keep it. */
import { RequestError } from '../../problem.ts'
import type { OwnRedis } from '../../redis/own-redis.ts'
import type { StoreName } from './proving-cache.ts'
import { type FaultName, openProvingGround, type ProvingGround } from './proving-ground.ts'

export interface FaultsRoom {
  /** Why nothing may be broken here; undefined where it may. */
  readonly refusal: string | undefined
  readonly redisReason: string | undefined
  start(store: StoreName): Promise<void>
  stop(): Promise<void>
  fault(name: FaultName): Promise<void>
  state(): ReturnType<ProvingGround['state']> | undefined
  close(): Promise<void>
}

/** Whoever reaches this server can break things: that has to be somebody at this machine, or wished for. */
export function faultRefusal(
  host: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (['127.0.0.1', '::1', 'localhost'].includes(host) || environment['FAULTS'] === 'on') return undefined
  return `this server can be reached from other machines (${host}); set FAULTS=on to allow faults all the same`
}

const LONGEST_MS = 15 * 60 * 1_000

/** @param refusal from the place that knows who can reach this server. */
export function openFaults(redis: OwnRedis, refusal: string | undefined): FaultsRoom {
  let ground: ProvingGround | undefined
  let end: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** One step at a time: two grounds at once could leave one that nobody closes. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = last.then(step)
    last = turn.catch(() => undefined)
    return turn
  }

  async function stop(): Promise<void> {
    clearTimeout(end)
    const open = ground
    ground = undefined
    await open?.close()
  }

  function permit(): void {
    if (refusal !== undefined) throw new RequestError(403, refusal)
  }

  return {
    refusal,
    redisReason: redis.reason,
    async start(store) {
      permit()
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
        permit()
        if (ground === undefined) throw new RequestError(409, 'nothing is running that could be broken; start it first')
        await ground.fault(name)
      }),
    state: () => ground?.state(),
    close: () => inTurn(stop),
  }
}
