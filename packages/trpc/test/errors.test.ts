/** Errors of a resolver: never stored, but for NOT_FOUND where that was asked for; and whose error it is. */
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { eventually, newCache, serve, t } from './service.ts'

type Code = ConstructorParameters<typeof TRPCError>[0]['code']

/** A query that does as it is told. */
function obedient(options: object) {
  const { cache, cached, clock } = newCache()
  const told: { code: Code | undefined } = { code: undefined }
  let runs = 0
  const router = t.router({
    item: t.procedure.use(cached.query({ scope: 'public', ttl: '10s', ...options })).query(() => {
      runs++
      if (told.code !== undefined) throw new TRPCError({ code: told.code, message: `told: ${told.code}` })
      return runs
    }),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  return { cache, cached, clock, router, ask: () => caller.item(), told, runs: () => runs }
}

const CODES: Code[] = ['NOT_FOUND', 'FORBIDDEN', 'INTERNAL_SERVER_ERROR', 'BAD_REQUEST', 'TOO_MANY_REQUESTS']

test.each(CODES)('%s is not stored', async (code) => {
  const { ask, told, runs } = obedient({})
  told.code = code
  await expect(ask()).rejects.toMatchObject({ code, message: `told: ${code}` })
  await expect(ask()).rejects.toBeInstanceOf(TRPCError)
  told.code = undefined
  expect(await ask()).toBe(3)
  expect(runs()).toBe(3)
})

test('with a negativeTtl, NOT_FOUND is stored for that long; no other error is', async () => {
  const { clock, router, told, runs } = obedient({ negativeTtl: '5s' })
  await using service = await serve(router)
  const ask = () => service.client(null).item.query()
  told.code = 'NOT_FOUND'
  const shapes = [await ask().catch(shapeOf), await ask().catch(shapeOf)]
  expect(runs()).toBe(1)
  expect(shapes[0]).toMatchObject({ message: 'told: NOT_FOUND', data: { code: 'NOT_FOUND', httpStatus: 404 } })
  expect(shapes[1]).toEqual(shapes[0])
  clock.advanceMs(5_000)
  told.code = 'FORBIDDEN'
  await expect(ask()).rejects.toThrow('told: FORBIDDEN')
  await expect(ask()).rejects.toThrow('told: FORBIDDEN')
  expect(runs()).toBe(3)
})

function shapeOf(error: unknown): unknown {
  return error instanceof Error && 'shape' in error ? error.shape : error
}

test('an older answer stands in for a source that failed, not for an answer that is an error', async () => {
  const { ask, cache, cached, clock, told } = obedient({ staleIfError: '1h' })
  expect(await ask()).toBe(1)
  clock.advanceMs(10_000)
  told.code = 'SERVICE_UNAVAILABLE'
  expect(await ask()).toBe(1)
  clock.advanceMs(1_000)
  told.code = 'FORBIDDEN'
  await expect(ask()).rejects.toThrow('told: FORBIDDEN')
  // Nor does it stand in later for what the source no longer gives.
  expect(await cache.has(cached.key('item'))).toBe(false)
})

test('what a refresh behind learns to be gone is not served on', async () => {
  const { ask, cache, cached, clock, told, runs } = obedient({ staleWhileRevalidate: '1h' })
  expect(await ask()).toBe(1)
  clock.advanceMs(10_000)
  told.code = 'NOT_FOUND'
  expect(await ask()).toBe(1)
  await eventually(() => cache.has(cached.key('item'))).toBe(false)
  expect(runs()).toBe(2)
  await expect(ask()).rejects.toThrow('told: NOT_FOUND')
})

test('callers that wait for one load get an error of their own each', async () => {
  const { cached } = newCache()
  const gate = Promise.withResolvers<void>()
  let runs = 0
  const router = t.router({
    item: t.procedure.use(cached.query({ scope: 'public' })).query(async () => {
      runs++
      await gate.promise
      throw new TRPCError({ code: 'CONFLICT', message: 'both', cause: new Error('why') })
    }),
    broken: t.procedure.use(cached.query({ scope: 'public' })).query(async () => {
      runs++
      await gate.promise
      throw new Error('a bug')
    }),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  const asked = [caller.item(), caller.item(), caller.broken(), caller.broken()]
  const settled = Promise.all(
    asked.map((each) =>
      each.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  )
  await eventually(() => runs).toBe(2)
  gate.resolve()
  const errors = await settled
  expect(new Set(errors).size).toBe(4)
  for (const error of errors) expect(error).toBeInstanceOf(TRPCError)
  expect(errors.slice(0, 2)).toMatchObject([
    { message: 'both', code: 'CONFLICT', cause: { message: 'why' } },
    { message: 'both', code: 'CONFLICT', cause: { message: 'why' } },
  ])
})
