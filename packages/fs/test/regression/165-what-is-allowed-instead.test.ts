/** Regression: a file where the folder was to be was refused without a word on what is allowed, and tags of a stream that were no list with a bare TypeError or with all that they were. */
import { writeFileSync } from 'node:fs'
import { ConfigError } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { newDirectory } from '../stores.ts'

test('a file is no folder', () => {
  const directory = newDirectory()
  writeFileSync(directory, '')
  const opened = () => fsBackend({ directory })
  expect(opened).toThrow(ConfigError)
  expect(opened).toThrow(/directory: '.*' is not a folder; allowed: a folder, or a path at which there is nothing/)
})

const WRONG: readonly (readonly [tags: unknown, told: string])[] = [
  [Object.create(null), 'an object'],
  ['a', "'a'"],
  [Array.from({ length: 65 }, (_, at) => `${at}`), 'a list of 65'],
]

test.each(WRONG)('tags that are none: %#', async (tags, told) => {
  const files = fsBackend({ directory: newDirectory(), maxBytes: '1MB' })
  onTestFinished(() => files.close())
  // What only JavaScript can pass.
  const loose: Readonly<Record<'setStream', unknown>> = files
  if (typeof loose.setStream !== 'function') throw new TypeError('there is no setStream')
  const written: unknown = Reflect.apply(loose.setStream, files, ['key', [], { ttl: '1h', tags }])
  await expect(written).rejects.toThrow(ConfigError)
  await expect(written).rejects.toThrow(`tags: ${told} is not allowed; allowed: a list of up to 64 non-empty texts`)
})
