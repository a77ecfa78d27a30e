/** The cache against its model (model/model.ts): random histories of every call, on two caches of one backend. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commands, PLAIN } from './model/commands.ts'
import { Model } from './model/model.ts'

const RUNS = Number(process.env['RUNS'] ?? 500)
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

console.log(`model: seed ${SEED}`)

test.each(['values', 'bytes'] as const)(
  `${RUNS} histories, held as %s, end as the model says`,
  async (holds) => {
    const property = fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (history) => {
      const clock = createFakeClock()
      const backend = new ReferenceBackend({ holds })
      const caches = ['one', 'two'].map((name) => createCache({ backend, name, ttl: PLAIN.ttl, clock }))
      const model = new Model(clock.nowMs())
      await fc.asyncModelRun(() => ({ model, real: { caches, clock } }), history)
      const counted = caches.map((cache) => cache.stats())
      const sum = (count: 'lookups' | 'hits' | 'stale' | 'loads') =>
        counted.reduce((all, stats) => all + stats[count], 0)
      const counts = { lookups: sum('lookups'), hits: sum('hits'), stale: sum('stale'), loads: sum('loads') }
      expect(counts).toEqual(model.counts)
      for (const cache of caches) await cache.close()
      expect(clock.timerCount).toBe(0)
    })
    await fc.assert(property, { numRuns: RUNS, seed: SEED })
  },
  60_000,
)
