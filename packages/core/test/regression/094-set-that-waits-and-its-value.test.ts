// A set that waited until an invalidation that had failed was tried again stored what its value had been changed to meanwhile.
import { type Cache, CodecError } from '@stowage/core'
import { beforeEach, expect, test } from 'vitest'
import { turn } from '../held-loader.ts'
import { lateRetry } from '../late-retry.ts'

let cache: Cache
let comeThrough: () => void

beforeEach(async () => {
  ;({ cache, comeThrough } = await lateRetry({ all: true }, 'bytes'))
})

test('what is stored is the value as it was when it was set', async () => {
  const value = { n: 1 }
  const setting = cache.set('key', value)
  value.n = 2
  await turn()
  comeThrough()
  expect(await setting).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toEqual({ n: 1 })
})

test('a value that cannot become bytes is refused without waiting', async () => {
  let refusal: unknown
  cache
    .set('key', () => 'a function')
    .catch((thrown: unknown) => {
      refusal = thrown
    })
  await turn()
  expect(refusal).toBeInstanceOf(CodecError)
  comeThrough()
})
