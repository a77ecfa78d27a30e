/** Regression: a password in the query of an address, or with a slash in it, was shown; and that of an address taken for a file. */
import { describeWithRedis } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import { saying, stowage } from '../stowage.ts'

describeWithRedis('on a server', (url) => {
  test('that of a query is left out of what is shown', async () => {
    const at = `${url}/0?db=0&sentinelPassword=s3cret`
    const prefix = ['--redis-prefix', `cli-${crypto.randomUUID()}:`]
    const { code, out, err } = await stowage(['stats', at, ...prefix])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`${url}/0?db=0&sentinelPassword=***`)
  })
})

test.each([
  ['stats', 'redis://app:s3/cret@127.0.0.1:1'],
  ['stats', 'REDISX://app:s3cret@127.0.0.1'],
  ['import', 'none.db', 'redis://app:s3cret@127.0.0.1'],
])('%s %s fails without it', async (...args) => {
  const { code, out, err } = await stowage(args)
  expect([code === 2 || code === 3, out]).toEqual([true, ''])
  expect(err).toEqual(saying('stowage: '))
  expect(err).not.toMatch(/s3/)
})
