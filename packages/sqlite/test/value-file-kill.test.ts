/** Crash safety of values in files: two processes are killed in the midst of their writes, twenty times. */
import { expect, test } from 'vitest'
import { checkAll, held, keysOf, NOTHING_WRONG } from './entries.ts'
import { type Report, versionOf } from './fixtures/orders.ts'
import { expectConsistent, rowCount, valueFiles } from './inspection.ts'
import { attach, newPath } from './stores.ts'
import { startWorkers } from './workers.ts'

test('kill -9 of writers of small and large values: nothing torn, wrong or lost, and no file left after one sweep', {
  timeout: 120_000,
}, async () => {
  const path = newPath()
  const nowMs = Date.now()
  /** By key, the latest version that was acknowledged. */
  const acknowledged = new Map<string, number>()
  const note = ({ key, wrote }: Report) => {
    if (key !== undefined && wrote !== undefined) acknowledged.set(key, Math.max(wrote, acknowledged.get(key) ?? 0))
  }
  for (let round = 0; round < 20; round++) {
    acknowledged.clear()
    const workers = await startWorkers(path, 2)
    for (const [at, worker] of workers.entries()) {
      worker.tell({ do: 'write mixed sizes', prefix: `${round % 3}, ${at}, `, seed: 2 * round + at })
    }
    for (let count = 0; count < 20 + 3 * round; count++) note(await workers[0].report())
    for (const worker of workers) for (const report of await worker.kill()) note(report)

    expect(acknowledged.size).toBeGreaterThan(0)
    const backend = attach(path)
    for (const [key, wrote] of acknowledged) {
      const version = versionOf(key, await held(backend, key, nowMs))
      expect(version, `${key}, of which ${wrote} was acknowledged`).toBeGreaterThanOrEqual(wrote)
    }
    for (const key of await keysOf(backend, '', nowMs)) {
      expect(versionOf(key, await held(backend, key, nowMs)), key).toBeDefined()
    }
    await backend.sweep(nowMs)
    expectConsistent(path)
    expect(valueFiles(path)).toHaveLength(rowCount(path, 'file'))
    expect(await checkAll(backend, 'look')).toMatchObject(NOTHING_WRONG)
    await backend.close()
  }
})
