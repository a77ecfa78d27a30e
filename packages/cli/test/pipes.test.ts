/** What a shell does with the output: takes as much as it likes, and no more. */
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { createCache } from '@stowage/core'
import { expect, test } from 'vitest'
import { backendAt, newPath } from './stores.ts'
import { start, stowage } from './stowage.ts'

test.each([[[]], [['--json']]])('a reader that has enough ends the command without a word: keys %j', async (how) => {
  const path = newPath('sqlite')
  const cache = createCache({ backend: backendAt('sqlite', path), ttl: '1h' })
  // More than a pipe holds, so that it is still writing when its reader leaves.
  await cache.setMany(Array.from({ length: 4_000 }, (_, at) => [`${'k'.repeat(200)}${at}`, at]))
  await cache.close()
  const child = start(['keys', path, ...how])
  const said = text(child.stderr)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  await once(child, 'close')
  expect([child.exitCode, await said]).toEqual([0, ''])
})

test.each(['0', '-1', '1.5', 'x', '1e99', ''])('--limit %j is refused, and what is allowed is said', async (limit) => {
  const { code, err } = await stowage(['keys', newPath('sqlite'), `--limit=${limit}`])
  expect(code).toBe(2)
  expect(err).toContain('allowed: whole numbers from 1')
})
