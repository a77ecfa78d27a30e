/**
 * Regression: `-` was the name of a file; a folder in place of a file, and a checkpoint that cannot be written, were exit code 4, as if the store
 * had failed, the latter when all was stored; a full disk behind stdout ended the process with a stack and exit code 1.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { filledStore, newPath, tempFolder } from '../stores.ts'
import { saying, stowage, stowageJson, stowageProcess } from '../stowage.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

test('- is stdout, and stdin', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const { code, out } = await stowage(['export', path, '-'])
  expect([code, existsSync('-')]).toEqual([0, false])
  expect(out).toContain('"stowage":"end"')
  const other = newPath('sqlite')
  const imported = await stowageProcess(['import', other, '-', '--create', 'sqlite'], out)
  expect(imported).toMatchObject({ code: 0, out: 'stored 1 entry\n' })
})

test('a folder is no file', async () => {
  const folder = tempFolder()
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const read = await stowage(['import', path, folder])
  expect(read).toMatchObject({ code: 2, err: saying(`cannot read '${folder}': EISDIR`) })
  for (const more of [[], ['--resume']]) {
    const written = await stowage(['export', path, folder, ...more])
    expect(written).toMatchObject({ code: 2, err: saying(`'${folder}' is a folder; allowed: a file`) })
  }
})

test('a checkpoint that cannot be written is told before anything is stored', async () => {
  const file = join(tempFolder(), 'all.ndjson')
  await stowage(['export', await filledStore('sqlite', (cache) => cache.set('key', 'value')), file])
  const path = await filledStore('sqlite', async () => undefined)
  const checkpoint = join(tempFolder(), 'nowhere', 'checkpoint')
  const ended = await stowage(['import', path, file, '--checkpoint', checkpoint])
  expect(ended).toMatchObject({ code: 2, err: saying(`--checkpoint: cannot write '${checkpoint}': ENOENT`) })
  expect(await stowageJson(['keys', path])).toEqual([])
})

test.skipIf(!existsSync('/dev/full')).each([['--help'], ['export'], ['keys']])(
  'a full disk behind %s',
  async (command) => {
    const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
    const flags = ['--conditions=@stowage/source', '--disable-warning=ExperimentalWarning']
    const args = command === '--help' ? [command] : [command, path]
    const child = spawn('sh', ['-c', 'exec "$@" >/dev/full', 'sh', process.execPath, ...flags, MAIN, ...args])
    const [err] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect([child.exitCode, err]).toEqual([4, 'stowage: cannot write: ENOSPC: no space left on device, write\n'])
  },
)
