/** A command asks for hardly anything twice: the store it opens holds nothing in memory for a next time, whatever the service's does. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { locatedStore } from '../src/store-target.ts'
import { tempFolder } from './stores.ts'

test('neither by its path nor by a config file', async () => {
  const folder = tempFolder()
  const file = join(folder, 'stowage.config.mjs')
  const store = { ttl: '1h', memoryBytes: '8MB' }
  const kinds = { plan: { ...store, backend: 'sqlite' }, pages: { ...store, backend: 'fs' } }
  writeFileSync(file, `export default ${JSON.stringify({ directory: folder, kinds })}`)
  const targets = await Promise.all([
    locatedStore(join(folder, 'cache.db'), {}),
    locatedStore(folder, {}),
    locatedStore(file, { kind: 'plan' }),
    locatedStore(file, { kind: 'pages' }),
  ])
  expect(targets.map(({ store }) => store)).toMatchObject(
    ['sqlite', 'fs', 'sqlite', 'fs'].map((backend) => ({ backend, options: { memoryBytes: 0 } })),
  )
})
