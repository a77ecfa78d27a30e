import { expect, test } from 'vitest'
import { freePort } from '../src/free-port.ts'
import { findRedisBinary } from '../src/index.ts'
import { provisionRedis } from '../src/provision.ts'
import type { BinarySearch } from '../src/redis-binary.ts'

const absent: BinarySearch = { found: false, reasons: ['no server on the PATH', 'the mirror is away'] }
const neverSearch = () => Promise.reject(new Error('searched although REDIS_URL is set'))

test('without a server it says so once, loudly, with the reasons and the cures, and gives a reason to skip', async () => {
  const said: string[] = []
  await using provision = await provisionRedis({
    env: {},
    findBinary: () => Promise.resolve(absent),
    say: (text) => said.push(text),
  })
  expect(provision.redis).toEqual({ skipReason: 'no Redis: no server on the PATH; the mirror is away' })
  expect(said).toHaveLength(1)
  for (const part of ['SKIPPED', 'the mirror is away', 'REDIS_URL', 'install redis-server']) {
    expect(said[0]).toContain(part)
  }
})

test.each(['1', 'true'])('without a server and with CI=%s the run fails instead', async (ci) => {
  const provision = provisionRedis({ env: { CI: ci }, findBinary: () => Promise.resolve(absent) })
  await expect(provision).rejects.toThrow(/may not be skipped[\s\S]*the mirror is away/)
})

test.each(['', '0', 'false'])('CI=%j is no CI', async (ci) => {
  const findBinary = () => Promise.resolve(absent)
  await using provision = await provisionRedis({ env: { CI: ci }, findBinary, say: () => undefined })
  expect(provision.redis).toHaveProperty('skipReason')
})

test('a REDIS_URL that is no Redis URL is refused with what is allowed', async () => {
  const provision = provisionRedis({ env: { REDIS_URL: 'localhost:6379' }, findBinary: neverSearch })
  await expect(provision).rejects.toThrow('REDIS_URL is "localhost:6379"; allowed is redis://')
})

test('a REDIS_URL nobody answers at fails the run and does not show its password', async () => {
  const port = await freePort()
  const url = `redis://user:secret@127.0.0.1:${port}`
  const refusal = await provisionRedis({ env: { REDIS_URL: url }, findBinary: neverSearch }).catch(String)
  expect(refusal).toMatch(/REDIS_URL is redis:\/\/user:\*\*\*@.*ECONNREFUSED/)
})

const search = await findRedisBinary()

test.skipIf(!search.found)(
  'a binary is started; its URL can be given to another run, which starts nothing',
  async () => {
    await using own = await provisionRedis({ env: {}, findBinary: () => Promise.resolve(search) })
    if (!('url' in own.redis)) throw new Error('no server was started')
    await using borrowed = await provisionRedis({ env: { REDIS_URL: own.redis.url }, findBinary: neverSearch })
    expect(borrowed.redis).toEqual(own.redis)
  },
)
