/** A kind of cache of a config file: its store is found, its own codec read, its shards opened. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCaches } from '@stowage/config'
import { expect, test } from 'vitest'
import { tempFolder } from './stores.ts'
import { saying, stowage, stowageJson } from './stowage.ts'

test('a kind is looked at where its settings keep it', async () => {
  const directory = tempFolder()
  const settings = {
    directory,
    defaults: { ttl: '1h' },
    kinds: {
      plan: { tiers: ['memory', { backend: 'sqlite', shards: 2 }], codec: 'msgpack' },
      extract: { backend: 'fs' },
      near: { backend: 'memory' },
    },
  } as const
  const caches = await createCaches(settings)
  for (let n = 0; n < 20; n++) await caches.plan.set(`k${n}`, { n })
  await caches.extract.set('page', 'text')
  await caches.close()
  const file = join(directory, 'stowage.config.mjs')
  writeFileSync(file, `export default ${JSON.stringify(settings)}`)
  expect(await stowageJson(['keys', file, '--kind', 'plan'])).toHaveLength(20)
  expect(await stowageJson(['keys', join(directory, 'plan/cache.db')])).toHaveLength(20)
  expect((await stowage(['get', file, 'k7', '--kind', 'plan'])).out).toBe('{\n  "n": 7\n}\n')
  expect((await stowage(['get', file, 'page', '--kind', 'extract'])).out).toBe('text\n')
  expect(await stowage(['keys', file])).toMatchObject({ code: 2, err: saying('plan, extract, near') })
  expect(await stowage(['keys', file, '--kind', 'other'])).toMatchObject({ code: 2 })
  expect(await stowage(['keys', file, '--kind', 'near'])).toMatchObject({ code: 3 })
  expect(await stowage(['stats', join(directory, 'extract')])).toMatchObject({
    code: 3,
    err: saying('files'),
  })
})
