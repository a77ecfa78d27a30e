/** The one comparison this server may be running, or has run last: started, watched by any number of pages, cancelled. */
import { Feed } from '../../live/feed.ts'
import { RequestError } from '../../problem.ts'
import { type CompareEvent, type CompareWish, isOnRedis, type RunRooms, runComparison } from './compare-run.ts'
import { CONTESTANTS } from './messages.ts'

export type CompareMessage =
  | { readonly kind: 'began'; readonly wish: CompareWish }
  | CompareEvent
  | { readonly kind: 'ended'; readonly how: 'finished' | 'cancelled' | 'failed'; readonly reason: string | undefined }

export interface CompareRoom {
  /** Why those on Redis cannot take part; undefined when they can. */
  redisReason(): string | undefined
  start(wish: CompareWish): void
  /** Resolves when nothing of it is left. */
  cancel(): Promise<void>
  /** From the beginning of the run there is. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<CompareMessage, void>
  close(): Promise<void>
}

export function openCompare(rooms: RunRooms): CompareRoom {
  const { redis } = rooms
  const feed = new Feed<CompareMessage>()
  let history: CompareMessage[] = []
  let current: { readonly abort: AbortController; readonly running: Promise<void> } | undefined

  function tell(message: CompareMessage): void {
    if (message.kind === 'recording' && history.at(-1)?.kind === 'recording') history.pop()
    history.push(message)
    feed.tell(message)
  }

  async function run(wish: CompareWish, abort: AbortController): Promise<void> {
    try {
      await runComparison(wish, rooms, abort.signal, tell)
      tell({ kind: 'ended', how: 'finished', reason: undefined })
    } catch (error) {
      if (abort.signal.aborted) tell({ kind: 'ended', how: 'cancelled', reason: undefined })
      else tell({ kind: 'ended', how: 'failed', reason: error instanceof Error ? error.message : String(error) })
    } finally {
      current = undefined
    }
  }

  async function cancel(): Promise<void> {
    current?.abort.abort()
    await current?.running
  }

  return {
    redisReason: () => redis.reason,
    start(wish) {
      if (current !== undefined) throw new RequestError(409, 'a comparison is running already; cancel it first')
      const onRedis = CONTESTANTS.filter(({ name, tiers }) => wish.contestants.includes(name) && isOnRedis(tiers))
      if (redis.reason !== undefined && onRedis.length > 0) throw new RequestError(400, `no Redis: ${redis.reason}`)
      history = []
      tell({ kind: 'began', wish })
      const abort = new AbortController()
      current = { abort, running: run(wish, abort) }
    },
    cancel,
    async *watch(signal) {
      const live = feed.listen(signal)
      // What has been told before the first step of `live` is in the history, what is told after it comes by itself.
      const past = [...history]
      const next = live.next()
      yield* past
      const first = await next
      if (first.done === true) return
      yield first.value
      yield* live
    },
    async close() {
      feed.close()
      await cancel()
    },
  }
}
