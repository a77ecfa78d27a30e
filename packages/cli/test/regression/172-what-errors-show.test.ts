/**
 * Regression: an address in the wrong place, or mistyped, was shown with its password by the error that refused it; and what a file that was
 * loaded had said, or the name of a store, reached the terminal with all that steers it.
 */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filledStore, tempFolder } from '../stores.ts'
import { stowage } from '../stowage.ts'

const URL_TEXT = 'redis://app:s3cret@127.0.0.1:1/1'
const TITLE = '\u001b]0;owned\u0007\u009b2J'

test.each([
  [URL_TEXT],
  ['stats', 'redis:/app:s3cret@127.0.0.1'],
  ['stats', 'rediss:app:s3cret@127.0.0.1'],
  ['stats', 'cache.db', URL_TEXT],
  ['keys', 'cache.db', '--limit', URL_TEXT],
  ['size', URL_TEXT],
  ['bench', '--folder', URL_TEXT],
  ['warm', 'stowage.config.ts', URL_TEXT, '--kind', 'plan'],
])('%s %s %s', async (...args) => {
  const { code, out, err } = await stowage(args)
  expect([code, out]).toEqual([code === 3 ? 3 : 2, ''])
  expect(err).toMatch(/rediss?:\/{1,2}\*\*\*@127/)
  expect(err).not.toContain('s3cret')
})

test('the file of an export', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const { code, err } = await stowage(['export', path, URL_TEXT])
  expect(code).toBe(2)
  expect(err).not.toContain('s3cret')
})

test('what a config file throws', async () => {
  const file = join(tempFolder(), 'stowage.config.mjs')
  writeFileSync(file, `throw new Error(${JSON.stringify(`no ${TITLE} at ${URL_TEXT}`)})`)
  const { err } = await stowage(['stats', file, '--kind', 'plan'])
  expect(err).toContain(String.raw`no \u001b]0;owned\u0007\u009b2J at redis://***@127.0.0.1:1/1`)
})

test('the name of a store', async () => {
  const path = join(tempFolder(), `cache ${TITLE}.db`)
  cpSync(await filledStore('sqlite', (cache) => cache.set('key', 'value')), path)
  for (const args of [['stats'], ['invalidate', '--all', '--yes'], ['delete', '--', 'key']]) {
    const [command = '', ...rest] = args
    const { out, err } = await stowage([command, path, ...rest])
    expect(out + err).toContain(String.raw`\u001b]0;owned`)
    expect(out + err).not.toMatch(/(?!\n)\p{Cc}/u)
  }
})
