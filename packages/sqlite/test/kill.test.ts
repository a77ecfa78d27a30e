/** Crash safety: a process is killed in the midst of its writes, and the file is opened again. */
import { expect, test } from 'vitest'
import { held, keysOf, put } from './entries.ts'
import { writtenValue } from './fixtures/orders.ts'
import { expectConsistent } from './inspection.ts'
import { attach, newPath } from './stores.ts'
import { startWorkers } from './workers.ts'

test('kill -9 during writes: every acknowledged write is there, and nothing is torn', { timeout: 60_000 }, async () => {
  const path = newPath()
  const rounds = [
    { acknowledgedCount: 1, atOnce: 1 },
    { acknowledgedCount: 77, atOnce: 1 },
    { acknowledgedCount: 200, atOnce: 2 },
    { acknowledgedCount: 333, atOnce: 50 },
    { acknowledgedCount: 1_000, atOnce: 500 },
  ]
  for (const [round, { acknowledgedCount, atOnce }] of rounds.entries()) {
    const prefix = `round ${round}, `
    const [worker] = await startWorkers(path, 1)
    worker.tell({ do: 'write on', prefix, atOnce })
    let lastWrote = -1
    while (lastWrote < acknowledgedCount) lastWrote = (await worker.report()).wrote ?? lastWrote
    const unread = await worker.kill()
    lastWrote = unread.at(-1)?.wrote ?? lastWrote

    expectConsistent(path)
    const backend = attach(path)
    const nowMs = Date.now()
    for (let at = 0; at <= lastWrote; at++) {
      expect(await held(backend, prefix + at, nowMs)).toBe(writtenValue(prefix, at))
    }
    const keys = await keysOf(backend, prefix, nowMs)
    expect(keys.length - lastWrote - 1, 'written, and not told any more').toBeLessThanOrEqual(atOnce)
    for (const key of keys) {
      expect(await held(backend, key, nowMs)).toBe(writtenValue(prefix, Number(key.slice(prefix.length))))
    }
    expect(await put(backend, 'after', round, { nowMs })).toBe('stored')
    await backend.close()
  }
})
