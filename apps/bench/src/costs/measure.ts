/** Microseconds of a call, of the clock and of the processor, in rounds that go over all backends in turn. */
import type { PricedCall } from './calls.ts'
import type { Store } from './stores.ts'

export interface Cost {
  readonly wallUs: number
  readonly cpuUs: number
}

const ROUNDS = 9
/** Long enough for the clock of the processor, which ticks in milliseconds on some systems. */
const ROUND_MS = 60

export async function costsOf(call: PricedCall, stores: readonly Store[]): Promise<Map<string, Cost>> {
  const counts = new Map<Store, number>()
  for (const store of stores) counts.set(store, await countFor(call, store))
  const rounds = new Map<Store, Cost[]>(stores.map((store) => [store, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const store of stores) rounds.get(store)?.push(await timed(call, store, counts.get(store) ?? 1))
  }
  return new Map(
    Array.from(rounds, ([{ title }, costs]) => [
      title,
      { wallUs: median(costs.map(({ wallUs }) => wallUs)), cpuUs: median(costs.map(({ cpuUs }) => cpuUs)) },
    ]),
  )
}

/** How many calls fill a round; making them lets the compiler see them first. */
async function countFor(call: PricedCall, store: Store): Promise<number> {
  let count = 20
  for (;;) {
    const startMs = performance.now()
    await call.run(store.cache, count)
    const tookMs = performance.now() - startMs
    if (tookMs > ROUND_MS / 4) return Math.ceil((count * ROUND_MS) / tookMs)
    count *= 4
  }
}

async function timed({ run, entries = 1 }: PricedCall, { cache }: Store, count: number): Promise<Cost> {
  const startMs = performance.now()
  const start = process.cpuUsage()
  await run(cache, count)
  const { user, system } = process.cpuUsage(start)
  return { wallUs: ((performance.now() - startMs) * 1_000) / count / entries, cpuUs: (user + system) / count / entries }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
