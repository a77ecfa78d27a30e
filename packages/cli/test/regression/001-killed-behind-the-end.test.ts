/** Regression: an import that was killed when all was stored, before its checkpoint was gone, was said to be of an export without an end. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { CheckpointWriter } from '../../src/transfer/checkpoint.ts'
import { filledStore, newPath, tempFolder } from '../stores.ts'
import { stowage } from '../stowage.ts'

test('what is whole is said to be whole when it is begun again behind its last entry', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const [file, target, checkpoint] = [join(tempFolder(), 'all.ndjson'), newPath('sqlite'), join(tempFolder(), 'at')]
  await stowage(['export', path, file])
  const importing = ['import', target, file, '--create', 'sqlite', '--checkpoint', checkpoint]
  const removing = vi.spyOn(CheckpointWriter.prototype, 'remove').mockResolvedValueOnce()
  expect(await stowage(importing)).toMatchObject({ code: 0 })
  expect(removing).toHaveBeenCalledOnce()
  expect(existsSync(checkpoint)).toBe(true)
  expect(await stowage(importing)).toMatchObject({ code: 0 })
  expect(existsSync(checkpoint)).toBe(false)
})
