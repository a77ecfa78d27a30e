/**
 * Regression: where a config file, a module of tasks or a loader waited for what never comes, the program ended with Node's code 13 and no word of
 * which file; `--time-limit` did not end such a loader either.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../stores.ts'
import { saying, stowageProcess } from '../stowage.ts'

const NEVER = 'new Promise(() => undefined)'

function written() {
  const folder = tempFolder()
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const settings = { directory: folder, kinds: { plan: { ttl: '1h', backend: 'fs' } } }
  return {
    sound: file('sound.config.mjs', `export default ${JSON.stringify(settings)}`),
    waiting: file('waiting.mjs', `export default await ${NEVER}`),
    tasks: file('tasks.mjs', `export default [{ key: 'key', loader: () => ${NEVER} }]`),
  }
}

test('a module that never comes is named', async () => {
  const { sound, waiting, tasks } = written()
  const refused = { code: 2, err: saying(`'${waiting}' cannot be loaded: it waits for something that never comes`) }
  expect(await stowageProcess(['stats', waiting, '--kind', 'plan'])).toMatchObject(refused)
  expect(await stowageProcess(['warm', waiting, tasks, '--kind', 'plan'])).toMatchObject(refused)
  expect(await stowageProcess(['warm', sound, waiting, '--kind', 'plan'])).toMatchObject(refused)
})

test('a loader that never ends is left at the limit', async () => {
  const { sound, tasks } = written()
  const ended = await stowageProcess(['warm', sound, tasks, '--kind', 'plan', '--time-limit', '100ms'])
  expect(ended).toMatchObject({ code: 1, err: '', out: saying('1 left') })
})
