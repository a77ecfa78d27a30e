/**
 * Regression: `bench --sizes 10GB` began, and ended as if a store had failed: "Invalid string length"; the same size twice was two cells in
 * each of two rows; `help` of what is no command was the help of all, without a word of why; `--interval` without `--watch` was left out.
 */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { filledStore, tempFolder } from '../stores.ts'
import { saying, stowage, stowageJson } from '../stowage.ts'

test.each(['10GB', '100,33MB', '32000001'])('values of %s are too large to be measured', async (sizes) => {
  const folder = tempFolder()
  const ended = await stowage(['bench', '--folder', folder, '--sizes', sizes])
  const said = `option '--sizes <list>' argument '${sizes}' is invalid. allowed: sizes up to 32MB`
  expect(ended).toMatchObject({ code: 2, out: '', err: saying(said) })
  expect(readdirSync(folder)).toEqual([])
})

test('a size that is given twice is measured once', async () => {
  const rows = await stowageJson(['bench', '--folder', tempFolder(), '--sizes', '1KB, 1000', '--seconds', '0.1'])
  expect(rows).toHaveLength(3)
})

test('help of what is no command', async () => {
  const said = "error: unknown command 'nope'\n(see: stowage --help)\n"
  expect(await stowage(['help', 'nope'])).toEqual({ code: 2, out: '', err: said })
})

test.each([[[]], [['stats']], [['help']]])('help %j is what --help shows', async (names) => {
  const shown = await stowage([...names, '--help'])
  expect(await stowage(['help', ...names])).toEqual(shown)
  expect(shown).toMatchObject({ code: 0, err: '' })
})

test('an interval of what is looked at once', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const ended = await stowage(['stats', path, '--interval', '2'])
  expect(ended).toMatchObject({ code: 2, out: '', err: saying('error: --interval means nothing without --watch') })
})
