import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { OverloadError, openPool } from '../src/server/connection-pool.ts'

test('two at a time, the rest in order, and past the limit a refusal', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const pool = await openPool(instance)
  const gate = Promise.withResolvers<void>()
  const started: number[] = []
  const uses = Array.from({ length: 202 }, (_, turn) =>
    pool.use(async () => {
      started.push(turn)
      await gate.promise
    }),
  )
  await expect(pool.use(() => Promise.resolve())).rejects.toThrow(OverloadError)
  expect(started).toEqual([0, 1])
  gate.resolve()
  await Promise.all(uses)
  expect(started).toEqual(uses.map((_, turn) => turn))
  await pool.close()
  instance.closeSync()
})

test('closing interrupts what runs, refuses what waits and everything after', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const pool = await openPool(instance)
  const endless = 'SELECT sum(a.range * b.range) FROM range(10_000_000) a, range(10_000_000) b'
  const running = Promise.withResolvers<void>()
  const outcomes = Promise.allSettled(
    [1, 2, 3].map(() =>
      pool.use((connection) => {
        running.resolve()
        return connection.run(endless)
      }),
    ),
  )
  await running.promise
  await pool.close()
  const reasons = (await outcomes).map((outcome) =>
    outcome.status === 'rejected' ? String(outcome.reason) : 'answered',
  )
  expect(reasons).toEqual([
    expect.stringContaining('INTERRUPT'),
    expect.stringContaining('INTERRUPT'),
    'Error: the flight source is closed',
  ])
  await expect(pool.use(() => Promise.resolve())).rejects.toThrow('the flight source is closed')
  instance.closeSync()
})
