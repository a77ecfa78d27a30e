/** Processes that push and pull are killed at random: no job is lost, and none comes twice before its visibility is over. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import { type CrewWish, runCrew } from './crew.ts'

const WISH: Omit<CrewWish, 'store'> = {
  processCount: 4,
  jobCount: 4_000,
  killCount: 8,
  killEveryMs: 400,
  visibilityMs: 1_500,
}
const NO_HARM = { lost: 0, early: 0, disordered: 0, killCount: WISH.killCount }

test('on sqlite', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stowage-crew-'))
  try {
    expect(await runCrew({ ...WISH, store: { kind: 'sqlite', path: join(folder, 'app.db') } })).toMatchObject(NO_HARM)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

describeWithRedis('on redis', (url) => {
  test('it is the same', { timeout: 120_000 }, async () => {
    expect(await runCrew({ ...WISH, store: { kind: 'redis', url, prefix: `test:${randomUUID()}:` } })).toMatchObject(
      NO_HARM,
    )
  })
})
