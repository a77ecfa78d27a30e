/** Regression: `setStream` made room for a stream, evicting entries, before it looked at what it was given. */
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { newDirectory } from '../stores.ts'

const ENTRY_COUNT = 40
const part = () => [Buffer.from('part')]

test.each([
  ['no source', undefined, {}, /setStream: undefined is not a stream; allowed: a stream or generator of Uint8Array/],
  ['a text', 'text', {}, /setStream: 'text' is not a stream/],
  [
    'a version that is no text',
    part(),
    { version: 5 },
    /version: 5 is not allowed; allowed: non-empty, well-formed text/,
  ],
  ['an empty fingerprint', part(), { fingerprint: '' }, /fingerprint: '' is not allowed/],
  ['a lone surrogate', part(), { fingerprint: '\ud800' }, /fingerprint: /],
  ['no signal', part(), { signal: {} }, /signal: an object is not a signal; allowed: an AbortSignal/],
])('%s is refused, and nothing leaves for it', async (_, source, wrong, message) => {
  const files = fsBackend({ directory: newDirectory(), maxBytes: 200_000 })
  const cache = createCache({ backend: files, ttl: '1h' })
  onTestFinished(() => cache.close())
  for (let at = 0; at < ENTRY_COUNT; at++) await cache.set(`key ${at}`, at)
  const { entries } = await cache.usage()
  // What only JavaScript can pass.
  const loose: { readonly setStream: unknown } = files
  if (typeof loose.setStream !== 'function') throw new TypeError('there is no setStream')
  const asked: unknown = Reflect.apply(loose.setStream, files, ['stream', source, { ttl: '1h', ...wrong }])
  await expect(asked).rejects.toThrow(message)
  expect((await cache.usage()).entries).toBe(entries)
})
