/** A kind is filled by tasks of the user's own module, and what came of each is said. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCaches } from '@stowage/config'
import { expect, test } from 'vitest'
import { tempFolder } from './stores.ts'
import { saying, stowage, stowageJson } from './stowage.ts'

function project(tasks: string) {
  const directory = tempFolder()
  const kinds = { plan: { backend: 'sqlite' }, near: { backend: 'memory' } } as const
  const settings = { directory, defaults: { ttl: '1h' }, kinds } as const
  const files = { config: join(directory, 'stowage.config.mjs'), tasks: join(directory, 'tasks.mjs') }
  writeFileSync(files.config, `export default ${JSON.stringify(settings)}`)
  writeFileSync(files.tasks, tasks)
  return { settings, ...files }
}

const ROWS = `export default () => Array.from({ length: 20 }, (_, n) => ({
  key: ['row', n],
  loader: async () => {
    if (n === 7) throw new Error('no row 7')
    return { n }
  },
}))`

test('what is missing is loaded, what is there is left, what failed is said', async () => {
  const { settings, config, tasks } = project(ROWS)
  const first = await stowage(['warm', config, tasks, '--kind', 'plan'])
  expect(first).toMatchObject({ code: 1, out: saying('19 warmed, 0 there already, 1 failed') })
  expect(first.out).toContain('no row 7')
  const again = await stowage(['warm', config, tasks, '--kind', 'plan', '--json'])
  expect(JSON.parse(again.out)).toMatchObject({ outcome: 'completed', warmed: 0, alreadyThere: 19, failedCount: 1 })
  const caches = await createCaches(settings)
  expect(await caches.plan.get(['row', 3])).toEqual({ n: 3 })
  await caches.close()
  const all = await stowage(['warm', config, tasks, '--kind', 'plan', '--refresh', 'all', '--json'])
  expect(JSON.parse(all.out)).toMatchObject({ warmed: 19, alreadyThere: 0 })
})

test('a list will do as well, and exits 0 when all went well', async () => {
  const { config, tasks } = project("export default [{ key: 'one', loader: () => 1 }]")
  expect(await stowageJson(['warm', config, tasks, '--kind', 'plan'])).toEqual([expect.objectContaining({ warmed: 1 })])
})

test('a time limit ends it', async () => {
  const { config, tasks } = project(`export default [{
    key: 'one',
    loader: ({ signal }) => new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason))),
  }]`)
  const ended = await stowage(['warm', config, tasks, '--kind', 'plan', '--time-limit', '50ms'])
  expect(ended).toMatchObject({ code: 1, out: saying('timed-out') })
})

test('what cannot be warmed is refused', async () => {
  const { config, tasks } = project('export default 7')
  expect(await stowage(['warm', config, tasks, '--kind', 'plan'])).toMatchObject({
    code: 2,
    err: saying('exports no tasks'),
  })
  const rows = project(ROWS)
  expect(await stowage(['warm', rows.config, rows.tasks, '--kind', 'near'])).toMatchObject({
    code: 2,
    err: saying('memory of the service'),
  })
  expect(await stowage(['warm', rows.config, rows.tasks, '--kind', 'other'])).toMatchObject({ code: 2 })
  expect(await stowage(['warm', rows.config, rows.tasks])).toMatchObject({ code: 2 })
  expect(await stowage(['warm', 'missing.config.ts', rows.tasks, '--kind', 'plan'])).toMatchObject({ code: 3 })
  expect(await stowage(['warm', rows.config, 'missing.ts', '--kind', 'plan'])).toMatchObject({ code: 2 })
})
