/**
 * Regression: a config file, or one of tasks, that throws, has a mistake in it or imports what is not there was exit code 4, as if the store
 * had failed, and was not named; without --kind one without kinds ended in a bare TypeError.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../stores.ts'
import { saying, stowage } from '../stowage.ts'

function written(name: string, text: string): string {
  const file = join(tempFolder(), name)
  writeFileSync(file, text)
  return file
}

test.each([
  ['throws.config.mjs', "throw new Error('no such secret')", 'no such secret'],
  ['torn.config.mjs', 'export default { kinds: {', 'torn.config.mjs'],
  ['lonely.config.mjs', "import 'not-there'", "'not-there'"],
])('%s', async (name, text, why) => {
  const file = written(name, text)
  const ended = await stowage(['stats', file, '--kind', 'plan'])
  expect(ended).toMatchObject({ code: 2, err: saying(`config file: '${file}' cannot be loaded: `) })
  expect(ended.err).toContain(why)
  const sound = written('stowage.config.mjs', "export default { kinds: { plan: { ttl: '1h', backend: 'fs' } } }")
  const warmed = await stowage(['warm', sound, file, '--kind', 'plan'])
  expect(warmed).toMatchObject({ code: 2, err: saying(`'${file}' cannot be loaded: `) })
})

test.each([
  ['null', 'kinds: null is not allowed'],
  ['{}', 'kinds: none is given'],
])('kinds of %s', async (kinds, why) => {
  const file = written('stowage.config.mjs', `export default { kinds: ${kinds} }`)
  expect(await stowage(['stats', file])).toMatchObject({ code: 2, err: saying(why) })
})
