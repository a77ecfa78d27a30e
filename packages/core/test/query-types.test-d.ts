/** What the compiler promises users of queries and warmers. Compiled by `pnpm verify`, never run. */
import { type Cache, createCache, createWarmer, defineQuery, type Served, type WarmTask } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expectTypeOf } from 'vitest'

const cache: Cache = createCache({ backend: new ReferenceBackend(), ttl: '10m' })

// The arguments' type is given once, where the key takes them; all else follows.
const user = defineQuery(cache, {
  key: (id: number) => ['user', id],
  load: async (id, { signal, stale }) => {
    expectTypeOf(id).toEqualTypeOf<number>()
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
    expectTypeOf(stale?.ageMs).toEqualTypeOf<number | undefined>()
    return { id, name: 'Ada' }
  },
  loadMany: async (ids) => {
    expectTypeOf(ids).toEqualTypeOf<readonly number[]>()
    return new Map(ids.map((id) => [id, { id, name: 'Ada' }]))
  },
  ttl: '5m',
})
interface User {
  id: number
  name: string
}
expectTypeOf(user.get(7)).resolves.toEqualTypeOf<User>()
expectTypeOf(user.lookup(7)).resolves.toEqualTypeOf<Served<User>>()
expectTypeOf(user.getMany([7, 8])).resolves.toEqualTypeOf<(User | undefined)[]>()
expectTypeOf(user.peek(7)).toEqualTypeOf<User | undefined>()
expectTypeOf(user.warmTasks([7, 8])).toEqualTypeOf<WarmTask[]>()
// @ts-expect-error not its arguments
void user.get('7')
// @ts-expect-error not its value
void user.set(7, 'Ada')
// @ts-expect-error its arguments are missing
void user.get()

// Tags and fingerprint are handed the same arguments, wherever they stand.
defineQuery(cache, {
  tags: (range) => [range.from],
  fingerprint: async ({ to }) => to,
  key: (range: { from: string; to: string }) => ['range', range],
  load: ({ from }) => from.length,
})

// Without arguments there are none to give, and undefined cannot be set.
const latest = defineQuery(cache, { key: () => 'latest', load: async (): Promise<User | undefined> => undefined })
expectTypeOf(latest.get()).resolves.toEqualTypeOf<User | undefined>()
// @ts-expect-error undefined cannot be stored
void latest.set(undefined, undefined)

// @ts-expect-error not an option
defineQuery(cache, { key: () => 'k', load: () => 1, grace: '1h' })
// @ts-expect-error a query is not always fresh; refresh is a call
defineQuery(cache, { key: () => 'k', load: () => 1, fresh: true })
// @ts-expect-error a bulk load gives values of the same type
defineQuery(cache, { key: (id: number) => [id], load: () => 1, loadMany: () => new Map([[1, 'one']]) })

// Tasks of several queries make one plan.
const warmer = createWarmer(cache, { tasks: () => [...user.warmTasks([1, 2]), ...latest.warmTasks([undefined])] })
warmer.on('progress', ({ estimatedLeftMs }) => expectTypeOf(estimatedLeftMs).toEqualTypeOf<number | undefined>())
warmer.on('end', ({ outcome }) => expectTypeOf(outcome).toExtend<string>())
// @ts-expect-error jitter of a daily time is a length
createWarmer(cache, { tasks: [], schedule: { dailyAt: '00:00', jitter: '1 hour' } })
