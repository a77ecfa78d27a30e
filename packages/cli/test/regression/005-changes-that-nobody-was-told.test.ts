/** Regression: services that hold copies in memory were told nothing of what a command changed, and served it until their cap. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createCaches } from '@stowage/config'
import type { Cache } from '@stowage/core'
import { redisBus } from '@stowage/redis'
import { adminOf, describeWithRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../stores.ts'
import { saying, stowage } from '../stowage.ts'

const SOON = { timeout: 10_000 }

/** As long as nobody tells it anything, a service serves its copies: no gap of its bus is still to end. */
async function service(url: string, kind: string): Promise<Cache> {
  const bus = redisBus({ url, prefix: `stowage:${kind}:` })
  const isHeard = new Promise<void>((resolve) => {
    bus.onGap((gap) => {
      if (gap === 'over') resolve()
    })
  })
  const tiers = ['memory', { backend: 'redis', url }] as const
  const caches = await createCaches({ kinds: { [kind]: { ttl: '1h', tiers, bus } } })
  onTestFinished(async () => {
    await caches[kind]?.invalidate({ all: true })
    await caches.close()
  })
  await isHeard
  const cache = caches[kind]
  if (cache === undefined) throw new Error('not opened')
  return cache
}

function configFile(settings: object): string {
  const file = join(tempFolder(), 'stowage.config.mjs')
  writeFileSync(file, `export default ${JSON.stringify(settings)}`)
  return file
}

function newKind(): string {
  return `k-${crypto.randomUUID()}`
}

/** What is served from memory, as the second of two reads is. */
async function copied(cache: Cache, key: string): Promise<unknown> {
  await cache.get(key)
  expect(await cache.lookup(key)).toMatchObject({ tier: 'memory' })
  return cache.peek(key)
}

describeWithRedis('on a server', (url) => {
  test.each(['kind', 'address'])('a service hears of what is changed in a store named by its %s', async (by) => {
    const kind = newKind()
    const cache = await service(url, kind)
    const tiers = ['memory', { backend: 'redis', url }]
    const file = configFile({ kinds: { [kind]: { ttl: '1h', tiers, bus: true } } })
    const at = by === 'kind' ? [file, '--kind', kind] : [url, '--redis-prefix', `stowage:${kind}:`]
    const app = cache.namespace('app')
    await cache.setMany(['deleted', 'set', 'prefix'].map((key) => [key, 'old']))
    await app.set('tagged', 'old', { tags: ['t'] })
    for (const key of ['deleted', 'set', 'prefix']) expect(await copied(cache, key)).toBe('old')
    expect(await copied(app, 'tagged')).toBe('old')
    for (const args of [
      ['delete', ...at, 'deleted', '--yes'],
      ['set', ...at, 'set', 'new', '--ttl', '1h'],
      ['invalidate', ...at, '--prefix', 'pre', '--yes'],
      ['invalidate', ...at, '--tag', 't', '-n', 'app', '--yes'],
    ]) {
      expect(await stowage(args)).toMatchObject({ code: 0, err: '' })
    }
    await expect.poll(() => cache.getMany(['deleted', 'set', 'prefix']), SOON).toEqual(new Map([['set', 'new']]))
    await expect.poll(() => app.get('tagged'), SOON).toBeUndefined()
  })

  test('a service hears of what is imported', async () => {
    const [from, to] = [newKind(), newKind()]
    const [source, target] = [await service(url, from), await service(url, to)]
    await target.set('key', 'old')
    expect(await copied(target, 'key')).toBe('old')
    await source.set('key', 'new')
    const file = join(tempFolder(), 'all.ndjson')
    expect(await stowage(['export', url, file, '--redis-prefix', `stowage:${from}:`])).toMatchObject({ code: 0 })
    expect(await stowage(['import', url, file, '--redis-prefix', `stowage:${to}:`])).toMatchObject({ code: 0 })
    await expect.poll(() => target.get('key'), SOON).toBe('new')
  })

  test('who may not publish is told so, and fails only where services are said to have a bus', async () => {
    const kind = newKind()
    const { port, host } = new URL(url)
    using admin = adminOf(Number(port))
    await admin.ask('acl', 'setuser', kind, 'on', '>word', '~*', 'resetchannels', '+@all', '-publish')
    onTestFinished(async () => {
      using last = adminOf(Number(port))
      await last.ask('acl', 'deluser', kind)
    })
    const own = `redis://${kind}:word@${host}`
    const tiers = ['memory', { backend: 'redis', url: own }]
    const file = configFile({ kinds: { [kind]: { ttl: '1h', tiers, bus: true } } })
    const setting = ['key', 'value', '--ttl', '1s']
    const untold = saying('stowage: services that hold copies were not told, and may serve them until their cap: ')
    const bare = ['set', own, '--redis-prefix', `stowage:${kind}:`]
    expect(await stowage([...bare, ...setting])).toEqual({ code: 0, out: 'stored key\n', err: untold })
    expect(await stowage(['set', file, '--kind', kind, ...setting])).toMatchObject({ code: 4, err: untold })
  })
})

/** Of a bus in a config file: what was published on it, and `closed`. */
async function saidOn(publish: string, ...args: readonly string[]) {
  const directory = tempFolder()
  const file = join(directory, 'stowage.config.mjs')
  writeFileSync(
    file,
    `export const said = []
    const bus = {
      publish: ({ change }) => { ${publish} },
      subscribe: () => () => {},
      onGap: () => () => {},
      close: () => void said.push('closed'),
    }
    export default { directory: ${JSON.stringify(directory)}, kinds: { plan: { ttl: '1h', bus } } }`,
  )
  await (await createCaches({ directory, kinds: { plan: { ttl: '1h' } } })).close()
  const [command = '', ...rest] = args
  const ended = await stowage([command, file, '--kind', 'plan', ...rest])
  const loaded: unknown = await import(pathToFileURL(file).href)
  if (typeof loaded !== 'object' || loaded === null || !('said' in loaded)) throw new Error('no such config file')
  return { ...ended, said: loaded.said }
}

const PUBLISHES = 'said.push(change)'

test.each([
  [['delete', '["b",7]', '--parts', '--yes'], [{ keys: ['["b",7,'] }]],
  [['set', 'key', 'value', '--ttl', '1h', '-n', 'app'], [{ keys: ['#app/=key'] }]],
  [['invalidate', '--tag', 't', '-n', 'app', '--yes'], [{ tags: ['#app/=t'] }]],
  [['invalidate', '--pattern', 'a*', '--yes'], [{ pattern: 'a*', root: '' }]],
  [['invalidate', '--all', '--yes'], [{ all: true }]],
  [['keys'], []],
])('%j is told on a bus of your own, which is closed', async (args, changes) => {
  const { said } = await saidOn(PUBLISHES, ...args)
  expect(said).toEqual([...changes, 'closed'])
})

test('what could not be told at first is told again', async () => {
  const busy = `said.push(said.length); if (said.length > 2) ${PUBLISHES}; else throw new Error('busy')`
  const { code, said } = await saidOn(busy, 'set', 'key', 'value', '--ttl', '1h')
  expect([code, said]).toEqual([0, [0, 1, 2, { keys: ['key'] }, 'closed']])
})

test('a command that fails and a bus that does, too, are both told', async () => {
  const forbids = "throw new Error('NOPERM not you')"
  const { code, err } = await saidOn(forbids, 'delete', 'a', 'x'.repeat(20_000), '--yes')
  expect([code, err]).toEqual([4, saying('is too long')])
  expect(err).toContain('NOPERM not you')
})
