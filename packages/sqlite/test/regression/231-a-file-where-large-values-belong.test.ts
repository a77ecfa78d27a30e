/** Regression: where a file had come to stand in the place of the folder of large values, none was stored any more, and a check found nothing, nor mended it. */
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkAll, held, put } from '../entries.ts'
import { openStore } from '../stores.ts'
import { large } from '../value-file-sight.ts'

test.each([
  ['a file', (path: string) => writeFileSync(path, 'x')],
  ['a link to nothing', (path: string) => symlinkSync('nowhere', path)],
])('%s there is found by a check, and taken out by a repair', async (_, occupy) => {
  const { backend, path } = openStore()
  const folder = `${path}-values`
  await put(backend, 'key', large('a'))
  rmSync(folder, { recursive: true })
  occupy(folder)
  await expect(put(backend, 'other', large('b'))).rejects.toThrow(folder)
  expect(await checkAll(backend, 'look')).toMatchObject({ orphans: 1, repaired: 0 })
  expect(await checkAll(backend, 'repair')).toMatchObject({ orphans: 1 })
  expect(await checkAll(backend, 'look')).toMatchObject({ orphans: 0, torn: 0 })
  await put(backend, 'other', large('b'))
  expect(await held(backend, 'other')).toEqual(large('b'))
})
