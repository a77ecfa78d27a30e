/** Regression: REDIS:// was refused as no address. ioredis takes it, but REDISS:// for one without TLS. */
import { expect, onTestFinished, test } from 'vitest'
import { ownClient } from '../../src/own-client.ts'

test.each([
  ['REDIS://host:6380', false],
  ['Rediss://host:6380', true],
])('%s', (url, hasTls) => {
  const client = ownClient({ url }, 1_000)
  onTestFinished(() => client.disconnect())
  expect(client.options).toMatchObject({ host: 'host', port: 6380 })
  expect(Reflect.get(client.options, 'tls') !== undefined).toBe(hasTls)
})
