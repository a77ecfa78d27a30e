/** Regression: an address that is none, or a prefix, was exit code 3, as if there were no store, where `bench` has 2 for the same. */
import { expect, test } from 'vitest'
import { saying, stowage } from '../stowage.ts'

test.each([
  ['redis://127.0.0.1:99999', [], 'is not the address of a server'],
  ['redis://127.0.0.1:7391/x', [], 'is not the number of a database'],
  ['redis://127.0.0.1:7391', ['--redis-prefix', ''], 'prefix'],
] as const)('%s', async (address, further, why) => {
  expect(await stowage(['stats', address, ...further])).toMatchObject({ code: 2, err: saying(why) })
})
