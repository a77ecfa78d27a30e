/** Regression: a tag that a stream was given twice counted twice towards the 64 it may have, where `set` counts it once; and a hole in the list was no error. */
import { UsageError } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { newDirectory } from '../stores.ts'

const TAGS = Array.from({ length: 64 }, (_, at) => `${at}`)

test('it counts once', async () => {
  const files = fsBackend({ directory: newDirectory() })
  onTestFinished(() => files.close())
  expect(await files.setStream('key', [], { ttl: '1h', tags: [...TAGS, ...TAGS] })).toBe('stored')
  await files.invalidate({ tags: ['63'] }, Date.now())
  expect(await files.getStream('key')).toBeUndefined()
  await expect(files.setStream('key', [], { ttl: '1h', tags: [...TAGS, '64', '64'] })).rejects.toThrow(
    'tags: a list of 66 is not allowed; allowed: a list of up to 64 non-empty texts',
  )
})

test('a hole is no tag', async () => {
  const files = fsBackend({ directory: newDirectory() })
  onTestFinished(() => files.close())
  await expect(files.setStream('key', [], { ttl: '1h', tags: new Array<string>(1) })).rejects.toThrow(UsageError)
})
