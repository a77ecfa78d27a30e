/**
 * Regression: `doctor` said of a store with damaged entries that it is in order: it had looked at how many there are; of a file that cannot be
 * opened for its damage it said to name another one.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { damageFinding } from '../../src/doctor/store.ts'
import { backendAt, corrupt, filledStore, KINDS } from '../stores.ts'
import { saying, stowage } from '../stowage.ts'

test.each(KINDS)('an entry of a %s store that is not what was written', async (kind) => {
  const path = await filledStore(kind, async (cache) => {
    await cache.set('sound', 'sound value')
    await cache.set('torn', 'value to be torn')
  })
  expect(await stowage(['doctor', path])).toMatchObject({ code: 0, out: saying('none in 2 entries') })
  corrupt(path, 'value to be torn')
  const ended = await stowage(['doctor', path, '--json'])
  expect(ended).toMatchObject({ code: 1, err: '' })
  const damage = { subject: 'damage', state: 'fault', says: '1 torn, 0 wrong, 0 orphans beside 1 entry' }
  const finding: unknown = expect.arrayContaining([{ ...damage, todo: saying('stowage check') }])
  expect(JSON.parse(ended.out)).toMatchObject({ findings: finding })
})

test('what there was no time for is said', async () => {
  const path = await filledStore('sqlite', async (cache) => {
    for (let n = 0; n < 2_000; n++) await cache.set(`key ${n}`, n)
  })
  const backend = backendAt('sqlite', path)
  try {
    const visited = { backend, signal: new AbortController().signal }
    expect(await damageFinding(visited, 0)).toMatchObject({ state: 'fine', says: saying('no time for the rest') })
    expect(await damageFinding(visited, 600_000)).toMatchObject({ state: 'fine', says: 'none in 2,000 entries' })
  } finally {
    await backend.close()
  }
})

test('a file that cannot be opened for its damage', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  writeFileSync(path, readFileSync(path).subarray(0, 10_000))
  const ended = await stowage(['doctor', path])
  expect(ended).toMatchObject({ code: 3, out: saying('→ move the file away'), err: '' })
})
