/**
 * Regression: `bench` with a server that does not answer never ended; with an address that is none it measured all others first and ended
 * with 0; with a folder that is not there it said that a store had failed.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../stores.ts'
import { saying, stowage, stowageProcess } from '../stowage.ts'

const SHORT = ['--sizes', '100', '--seconds', '0.1']

test('a server that does not answer', { timeout: 30_000 }, async () => {
  const folder = tempFolder()
  const ended = await stowageProcess(['bench', ...SHORT, '--folder', folder, '--redis', 'redis://:s3cret@127.0.0.1:1'])
  expect(ended).toMatchObject({ code: 3, out: '', err: saying('no answer from redis://***@127.0.0.1:1: ') })
  expect(readdirSync(folder)).toEqual([])
})

test('an address that is none', async () => {
  const folder = tempFolder()
  const ended = await stowage(['bench', ...SHORT, '--folder', folder, '--redis', 'somewhere'])
  expect(ended).toMatchObject({ code: 2, out: '', err: saying('url: what is given is not the address of a server') })
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that is not there', async () => {
  const folder = join(tempFolder(), 'nowhere')
  const ended = await stowage(['bench', ...SHORT, '--folder', folder])
  expect(ended).toMatchObject({ code: 2, out: '', err: saying(`--folder: '${folder}' cannot be used: ENOENT`) })
})
