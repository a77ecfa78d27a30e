// A hole in a warmer's list ended its run early, and a task that could not say its name kept its place for ever.
import { createCache, createWarmer, type WarmTask } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { tasksOf } from '../warm-tasks.ts'

const nameless: WarmTask = {
  key: 'nameless',
  loader: () => 1,
  get name(): string {
    throw new Error('no name')
  },
}

const keyless: WarmTask = {
  loader: () => 1,
  get key(): string {
    throw new Error('no key')
  },
}

test.each<[string, WarmTask | undefined, number]>([
  ['undefined', undefined, 2],
  ['a task whose key throws', keyless, 2],
  ['a task whose name throws', nameless, 3],
])('%s is one task of the run, the others are carried out', async (_, odd, warmed) => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock })
  const [a, b] = tasksOf('a', 'b')
  const warmer = createWarmer(cache, { tasks: [a, odd, b] as WarmTask[], concurrency: 1, clock })
  expect(await warmer.run()).toMatchObject({ outcome: 'completed', total: 3, warmed, failedCount: 3 - warmed, left: 0 })
  expect([await cache.get('a'), await cache.get('b')]).toEqual(['A', 'B'])
})
