/** Regression: a namespace with a control character was listed in a form that no command takes; `warm --json` kept to itself why the tasks could not be read. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filledStore, tempFolder } from '../stores.ts'
import { saying, stowage } from '../stowage.ts'

/** Before the key: how large it is, and how long it lives. */
const COLUMNS = 20

test.each(['ns\u001b[31m', 'zero\u200bwidth', '"quoted"', String.raw`\u001b`])(
  'a key in the namespace %j is listed as get, set and delete take it',
  async (name) => {
    const path = await filledStore('sqlite', async (cache) => {
      await cache.namespace('app').namespace(name).set('key', 'text')
      await cache.namespace(name).set(['a', 7n], 'parts')
    })
    const { out } = await stowage(['keys', path])
    const lines = out.split('\n').slice(0, -1)
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line.slice(COLUMNS)}`], { encoding: 'utf8' })
      const args = words.split('\0').slice(0, -1)
      expect((await stowage(['get', path, ...args])).out).toMatch(/^(text|parts)\n$/)
      expect(await stowage(['set', path, '--ttl', '1h', ...args, 'other'])).toMatchObject({ code: 0 })
      expect(await stowage(['delete', '--yes', path, ...args])).toMatchObject({ code: 0 })
    }
    expect(await stowage(['keys', path])).toMatchObject({ code: 0, out: '' })
  },
)

test('what is no JSON of a name is refused', async () => {
  const path = await filledStore('sqlite', async () => undefined)
  const ended = await stowage(['get', path, '"key"', '--parts', '-n', '"open'])
  expect(ended).toMatchObject({ code: 2, err: saying("--namespace: '\"open' is no JSON of a text") })
})

test('why tasks could not be read is in the JSON of warm', async () => {
  const directory = tempFolder()
  const [config, tasks] = [join(directory, 'stowage.config.mjs'), join(directory, 'tasks.mjs')]
  const settings = { directory, kinds: { plan: { ttl: '1h', backend: 'sqlite' } } }
  writeFileSync(config, `export default ${JSON.stringify(settings)}`)
  writeFileSync(tasks, "export default () => { throw new Error('no list today') }")
  const { code, out } = await stowage(['warm', config, tasks, '--kind', 'plan', '--json'])
  expect([code, JSON.parse(out)]).toEqual([1, expect.objectContaining({ outcome: 'failed', error: 'no list today' })])
})
