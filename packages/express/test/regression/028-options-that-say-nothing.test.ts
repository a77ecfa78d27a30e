/** Regression: a partition of '' or null counted as one, so that bob got alice's page; a bypass that gave a promise bypassed nothing; tags that were a text were one tag for each character. */
import type { HttpCacheOptions } from '@stowage/express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

/** What the option's function gives is what JavaScript lets through. */
async function faultyApp(option: 'partition' | 'key' | 'bypass' | 'tags', given: unknown) {
  const options: Partial<HttpCacheOptions> = { [option]: () => given }
  const served = await servedApp(
    (req, res) => void res.set('Cache-Control', 'public, max-age=60').send(`for ${req.headers.cookie}`),
    { options },
  )
  const faults: unknown[] = []
  served.middleware.on('fault', ({ error }) => void faults.push(String(error)))
  const asks = async (): Promise<readonly string[]> => {
    const bodies: string[] = []
    for (const cookie of ['alice', 'bob']) bodies.push((await served.ask('/a', { headers: { cookie } })).body)
    return bodies
  }
  return { ...served, faults, asks }
}

const APART = ['for alice', 'for bob']

test.each<[unknown, string]>([
  ['', "''"],
  [null, 'null'],
  [0, '0'],
  [7, '7'],
  [['alice'], 'an array'],
  [Promise.resolve('alice'), 'an object'],
])('partition: %j is nobody', async (given, shown) => {
  const { asks, faults, middleware } = await faultyApp('partition', given)
  expect(await asks()).toEqual(APART)
  expect(middleware.stats()).toMatchObject({ stored: 0, faults: 2 })
  expect(faults[0]).toContain(
    `partition: the function gave ${shown}; allowed: text that is not empty, or undefined for everybody's`,
  )
})

test.each<[unknown, string]>([
  [undefined, 'undefined'],
  [null, 'null'],
  [5, '5'],
  [{ id: 1 }, 'an object'],
])('key: %j is none', async (given, shown) => {
  const { asks, faults } = await faultyApp('key', given)
  expect(await asks()).toEqual(APART)
  expect(faults[0]).toContain(`key: the function gave ${shown}; allowed: text`)
})

test.each([true, 'yes', 1, null, '', 0, Promise.resolve(true), Promise.resolve(false)])(
  'bypass: %j is no no',
  async (given) => {
    const { asks } = await faultyApp('bypass', given)
    expect(await asks()).toEqual(APART)
  },
)

test.each([false, undefined])('bypass: %j is one', async (given) => {
  const { asks } = await faultyApp('bypass', given)
  expect(await asks()).toEqual(['for alice', 'for alice'])
})

test.each<[unknown, string]>([
  ['abc', "'abc'"],
  [undefined, 'undefined'],
  [Promise.resolve(['a']), 'an object'],
])('tags: %j are no list', async (given, shown) => {
  const { asks, faults, middleware } = await faultyApp('tags', given)
  expect(await asks()).toEqual(APART)
  expect(middleware.stats().unstorable).toMatchObject({ tags: 2 })
  expect(faults[0]).toContain(`tags: the function gave ${shown}; allowed: an array of tags`)
})
