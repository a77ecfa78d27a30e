/** Processes that push and pull are killed at random: no job is lost, and none comes twice before its visibility is over. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import { type CrewResult, type CrewWish, runCrew } from './crew.ts'

const WISH: Omit<CrewWish, 'store' | 'way'> = {
  processCount: 3,
  jobCount: 1_800,
  killCount: 4,
  killEveryMs: 60,
  visibilityMs: 600,
  longestSilenceMs: 15_000,
}
const NO_HARM: Partial<CrewResult> = { lost: 0, early: 0, needless: 0, disordered: 0 }
/** Fewer would say nothing. */
const LEAST_KILLED = 3
const LEAST_TOGETHER = 3
const MOST_TOGETHER = 100

for (const way of ['by hand', 'work'] as const) {
  test(`on sqlite, ${way}`, { timeout: 40_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stowage-crew-'))
    try {
      expectNoHarm(await runCrew({ ...WISH, way, store: { kind: 'sqlite', path: join(folder, 'app.db') } }))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  describeWithRedis('on redis', (url) => {
    test(`it is the same, ${way}`, { timeout: 40_000 }, async () => {
      expectNoHarm(await runCrew({ ...WISH, way, store: { kind: 'redis', url, prefix: `test:${randomUUID()}:` } }))
    })
  })
}

function expectNoHarm(result: CrewResult): void {
  expect(result).toMatchObject(NO_HARM)
  expect(result.killCount).toBeGreaterThanOrEqual(LEAST_KILLED)
  expect(result.mostTogether).toBeGreaterThanOrEqual(LEAST_TOGETHER)
  // What lay ahead of somebody who was killed, and no more.
  expect(result.passedOver).toBeLessThanOrEqual(result.killCount * MOST_TOGETHER)
}
