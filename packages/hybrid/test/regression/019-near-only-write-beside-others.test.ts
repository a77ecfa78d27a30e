// A write for near tiers only, beside other writes of its key: each took the other's place, in its own tiers, and neither was left.
import { createCache } from '@stowage/core'
import { createFakeClock, createRandom, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { Trips } from '../two-nodes/trips.ts'

const RUNS = 2_000
const SEED = 19

/** @returns what is read when all is quiet, and what may be: of what was stored, unless it was taken or a write refused */
async function play(seed: number, isBehind: boolean) {
  const random = createRandom(seed)
  const trips = new Trips(random)
  const clock = createFakeClock()
  const tiers = [memoryBackend({ maxEntries: 9 }), trips.remote(new ReferenceBackend({ holds: 'bytes' }))]
  const backend = hybridBackend({ tiers, write: isBehind ? 'behind' : 'through', clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', backendTimeout: '1h', clock })
  const values: unknown[] = []
  const step = async (value: number) => {
    const act = random.pick(['near', 'near', 'far', 'all', 'load', 'take', 'get'] as const)
    await trips.trip()
    if (act === 'get') await cache.get('key')
    else if (act === 'load') values.push(await cache.getOrSet('key', () => value))
    else if (act === 'take') {
      const taken = await cache.take('key')
      if (taken !== undefined) values.push(undefined)
    } else values.push((await cache.set('key', value, { tier: act })).outcome === 'stored' ? value : undefined)
  }
  const played = Promise.all(Array.from({ length: 2 + random.below(4) }, (_, value) => step(value)))
  await trips.run()
  await played
  trips.isOver = true
  const got = await cache.get('key')
  await cache.close()
  return { got, values }
}

test.each(['through', 'behind'])('one of them is there afterwards, written %s', async (write) => {
  for (let run = 0; run < RUNS; run++) {
    const { got, values } = await play(SEED + run, write === 'behind')
    expect(values.length === 0 ? [undefined] : values, `seed ${SEED + run}`).toContain(got)
  }
})
