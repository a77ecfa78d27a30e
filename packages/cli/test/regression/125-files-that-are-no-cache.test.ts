/**
 * Regression: a file that is no cache was exit code 2, as if the command had been wrong; a folder that is none was 3, which says that there
 * is no store that can be opened.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../stores.ts'
import { saying, stowage } from '../stowage.ts'

test('a file that is no cache is no store that can be opened, as is a folder', async () => {
  const file = join(tempFolder(), 'notes.txt')
  writeFileSync(file, 'not a database, and longer than its head would be'.repeat(20))
  const ofFile = await stowage(['stats', file])
  expect([ofFile.code, ofFile.err]).toEqual([3, saying(`cannot open ${file}: path: '${file}' is not a Stowage cache`)])

  const folder = join(tempFolder(), 'notes')
  mkdirSync(folder)
  writeFileSync(join(folder, 'notes.txt'), 'text')
  expect((await stowage(['stats', folder])).code).toBe(3)
})

test('nor is an address under whose settings nothing works, which was given wrong', async () => {
  const { code, err } = await stowage(['stats', 'redis://127.0.0.1:1?keyPrefix=foo:'])
  expect([code, err]).toEqual([2, saying('keyPrefix of the client')])
})
