/** Processes that push and pull are killed at random: no job is lost, and none comes twice before its visibility is over. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import { type CrewResult, type CrewWish, runCrew } from './crew.ts'

type Wish = Omit<CrewWish, 'store'>
const KILLS = { processCount: 3, jobCount: 1_800, killCount: 4, killEveryMs: 60, longestSilenceMs: 30_000 }
const WISHES: readonly Wish[] = [
  { ...KILLS, way: 'by hand', visibilityMs: 600 },
  // A process that lives never loses a job that it keeps extending: so long a machine that is busy does not hold it up.
  { ...KILLS, way: 'work', visibilityMs: 1_500 },
]
const NO_HARM: Partial<CrewResult> = { lost: 0, early: 0, disordered: 0 }
/** Fewer would say nothing. */
const LEAST_KILLED = 3
const LEAST_TOGETHER = 3
const MOST_TOGETHER = 100

for (const wish of WISHES) {
  test(`on sqlite, ${wish.way}`, { timeout: 90_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stowage-crew-'))
    try {
      await expectNoHarm({ ...wish, store: { kind: 'sqlite', path: join(folder, 'app.db') } })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  describeWithRedis('on redis', (url) => {
    test(`it is the same, ${wish.way}`, { timeout: 90_000 }, async () => {
      await expectNoHarm({ ...wish, store: { kind: 'redis', url, prefix: `test:${randomUUID()}:` } })
    })
  })
}

async function expectNoHarm(wish: CrewWish): Promise<void> {
  const { way } = wish
  let result = await runCrew(wish)
  // On a busy machine a crew may have done all before anybody is killed, which says nothing.
  for (let retries = 0; retries < 4 && result.killCount < LEAST_KILLED; retries++) result = await runCrew(wish)
  expect(result).toMatchObject(NO_HARM)
  expect(result.killCount).toBeGreaterThanOrEqual(LEAST_KILLED)
  expect(result.mostTogether).toBeGreaterThanOrEqual(LEAST_TOGETHER)
  if (way === 'by hand') return
  expect(result).toMatchObject({ late: 0, needless: 0 })
  // What lay ahead of somebody who was killed, and no more.
  expect(result.passedOver).toBeLessThanOrEqual(result.killCount * MOST_TOGETHER)
}
