/** The backend and the bus over TLS, with a certificate authority of one's own, as docs/operations.md says. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createCache } from '@stowage/core'
import { findRedisBinary, type RedisServer, startRedis } from '@stowage/test-servers'
import { freePort } from '@stowage/test-servers/free-port'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RedisOptions, redisBackend, redisBus } from '../src/index.ts'
import { testConformance } from './conformance.ts'

const run = promisify(execFile)
const search = await findRedisBinary()
const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
)

/** A key, and a certificate for this machine that it signed itself. */
async function makeCertificate(folder: string) {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-x509', '-days', '1', '-out', certificate]
  const named = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  await run('openssl', ['req', ...made, ...named])
  return { key, certificate }
}

describe.skipIf(!search.found || !hasOpenssl)('over TLS', { timeout: 60_000 }, () => {
  let folder = ''
  let server: RedisServer | undefined
  let ca: Buffer | undefined
  const connection = () => ({ host: '127.0.0.1', port: server?.port ?? 0, tls: { ca } })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stowage-tls-'))
    const { key, certificate } = await makeCertificate(folder)
    ca = await readFile(certificate)
    const port = await freePort()
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no']
    server = await startRedis({
      choosePort: async () => port,
      settings: ['--port', '0', '--tls-port', String(port), ...files],
    })
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  testConformance(
    () => ({ connection: connection() }),
    async () => undefined,
  )

  test('a bus passes messages', async () => {
    const [one, other] = [redisBus({ connection: connection() }), redisBus({ connection: connection() })]
    onTestFinished(() => one.close())
    onTestFinished(() => other.close())
    const heard: unknown[] = []
    let isWhole = false
    other.subscribe((message) => heard.push(message))
    other.onGap((gap) => {
      isWhole = gap === 'over'
    })
    await expect.poll(() => isWhole, { timeout: 10_000 }).toBe(true)
    await one.publish({ origin: 'one', change: { keys: ['key'] } })
    await expect.poll(() => heard).toEqual([{ origin: 'one', change: { keys: ['key'] } }])
  })

  test('a server whose certificate nobody vouches for gets nothing, and loaders serve', async () => {
    const cache = createCache({ backend: redisBackend({ url: `rediss://127.0.0.1:${server?.port}` }), ttl: '1h' })
    onTestFinished(() => cache.close())
    expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
    expect(cache.stats().faults).toBeGreaterThan(0)
  })

  test('whoever is not let in is told why', async () => {
    const told = async (options: RedisOptions): Promise<string> => {
      const backend = redisBackend({ ...options, timeout: 300 })
      const cache = createCache({ backend, ttl: '1h', onFault: 'throw' })
      onTestFinished(() => cache.close())
      return String(await cache.get('key').catch((error: unknown) => error))
    }
    expect(await told({ url: `rediss://127.0.0.1:${server?.port}` })).toMatch(
      /no connection: .*self.signed certificate/,
    )
    expect(await told({ url: `redis://127.0.0.1:${server?.port}` })).toMatch(/no connection: .*(ECONNRESET|closed)/)
  })
})
