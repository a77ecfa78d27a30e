/**
 * Regression: writes of one key that are not waited for reached the server in another order than they were asked for in. A set waited for
 * the end of its turn and a deletion did not; a get went ahead of a set; the first set of a process waited for the epoch and nobody behind it
 * did; and what the server did not know the script of was sent again, behind what had been asked for later. The older value stayed;
 * of an invalidation that came so late, nothing of what was set after it.
 */
import { type Cache, createCache } from '@stowage/core'
import { findRedisBinary, type RedisCluster, startCluster, startRedis } from '@stowage/test-servers'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type RedisOptions, redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()

/** More than goes to the server in a script. */
const LARGE = 'x'.repeat(20_000)
/** Turns of the microtask queue, in which no answer can come. */
const HOPS = 50

const KINDS = ['small', 'large', 'delete', 'invalidate'] as const
type Kind = (typeof KINDS)[number]

interface Asked {
  /** What the call should answer; undefined: that says nothing of the order. */
  readonly answer: unknown
  /** What is there afterwards. */
  readonly left: string | undefined
  readonly asking: Promise<unknown>
}

function ask(cache: Cache, kind: Kind, at: number, before: string | undefined): Asked {
  switch (kind) {
    case 'small':
    case 'large': {
      const value = kind === 'small' ? `${at}` : `${at}${LARGE}`
      return { asking: cache.set('key', value, { tags: ['t'] }), answer: { outcome: 'stored' }, left: value }
    }
    case 'delete':
      return { asking: cache.delete('key'), answer: before !== undefined, left: undefined }
    case 'invalidate':
      return { asking: cache.invalidate({ tags: ['t'] }), answer: undefined, left: undefined }
  }
}

function short(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 22) ?? 'nothing'
}

/**
 * What went wrong, in words. A set behind an invalidation counts as invalidated until it has been answered, and what was deleted before one as
 * well: with one among them, what is there in the end is all that is promised.
 */
async function wrongIn(cache: Cache, kinds: readonly Kind[], hops: number): Promise<readonly string[]> {
  const asked: Asked[] = []
  let left: string | undefined = 'before'
  for (const [at, kind] of kinds.entries()) {
    const one = ask(cache, kind, at, left)
    asked.push(one)
    left = one.left
    for (let count = 0; count < hops; count++) await Promise.resolve()
  }
  const reading = cache.get('key')
  const answers = await Promise.all(asked.map(({ asking }) => asking))
  const isExact = !kinds.includes('invalidate')
  const wrong = asked.flatMap(({ answer }, at) =>
    isExact && short(answers[at]) !== short(answer) ? [`${kinds[at]} answered ${short(answers[at])}`] : [],
  )
  const [seen, found] = [await reading, await cache.get('key')]
  if (isExact && seen !== left) wrong.push(`get saw ${short(seen)}`)
  if (found !== left) wrong.push(found === undefined ? 'nothing stayed' : `${short(found)} stayed`)
  return wrong.map((what) => `${kinds.join(', ')}: ${what}`)
}

function sequences(length: number): readonly (readonly Kind[])[] {
  if (length === 0) return [[]]
  return KINDS.flatMap((kind) => sequences(length - 1).map((others) => [kind, ...others]))
}

interface Place {
  readonly options: RedisOptions
  readonly forget: () => Promise<unknown>
}

function opened(options: RedisOptions): Cache {
  const cache = createCache({ backend: redisBackend(options), ttl: '1m', onFault: 'throw' })
  onTestFinished(() => cache.close())
  return cache
}

function testOrder(placed: () => Place): void {
  test.each([
    ['in one turn', 0],
    ['in turns one after the other', HOPS],
  ])('%s are carried out in their order', async (_, hops) => {
    const { options } = placed()
    const cache = opened(options)
    const wrong: string[] = []
    for (const kinds of sequences(3)) {
      await cache.set('key', 'before', { tags: ['t'] })
      wrong.push(...(await wrongIn(cache, kinds, hops)))
    }
    expect(wrong).toEqual([])
  })

  test.each([
    ['in one turn', 0],
    ['in turns one after the other', HOPS],
  ])('%s are carried out in their order by a server that has forgotten the scripts', async (_, hops) => {
    const { options, forget } = placed()
    const cache = opened(options)
    const wrong: string[] = []
    for (const kinds of sequences(2)) {
      await cache.set('key', 'before', { tags: ['t'] })
      await forget()
      wrong.push(...(await wrongIn(cache, kinds, hops)))
    }
    expect(wrong).toEqual([])
  })

  test.each([
    ['in one turn', 0],
    ['in turns one after the other', HOPS],
  ])('%s are carried out in their order as the first of a process', async (_, hops) => {
    const { options } = placed()
    const other = opened(options)
    await other.invalidate({ tags: ['t'] })
    const wrong: string[] = []
    for (const kinds of sequences(2)) {
      await other.set('key', 'before', { tags: ['t'] })
      await using cache = createCache({ backend: redisBackend(options), ttl: '1m', onFault: 'throw' })
      wrong.push(...(await wrongIn(cache, kinds, hops)))
    }
    expect(wrong).toEqual([])
  })

  test('of one setMany are carried out in their order', async () => {
    const { options } = placed()
    const cache = opened(options)
    for (const values of [
      ['older', 'newer'],
      [LARGE, 'newer'],
      ['older', LARGE],
    ]) {
      await cache.setMany(values.map((value) => ['key', value]))
      expect(short(await cache.get('key'))).toBe(short(values[1]))
    }
  })
}

describe.skipIf(!search.found)('writes of one key that are not waited for', { timeout: 60_000 }, () => {
  let place: Place | undefined
  let end: () => Promise<unknown> = async () => undefined
  beforeAll(async () => {
    const server = await startRedis()
    const admin = new Redis(server.url)
    admin.on('error', () => undefined)
    place = { options: { url: server.url }, forget: () => admin.script('FLUSH') }
    end = async () => {
      admin.disconnect()
      await server.stop()
    }
  })
  afterAll(() => end())
  testOrder(() => {
    if (place === undefined) throw new Error('there is no server')
    return place
  })
})

describe.skipIf(!search.found)('writes of one key in a Cluster that are not waited for', { timeout: 60_000 }, () => {
  let cluster: RedisCluster | undefined
  let admins: readonly Redis[] = []
  beforeAll(async () => {
    cluster = await startCluster()
    admins = cluster.masters.map(({ url }) => new Redis(url))
    for (const admin of admins) admin.on('error', () => undefined)
  }, 60_000)
  afterAll(async () => {
    for (const admin of admins) admin.disconnect()
    await cluster?.[Symbol.asyncDispose]()
  })
  testOrder(() => ({
    options: { cluster: { nodes: (cluster?.masters ?? []).map(({ port }) => ({ host: '127.0.0.1', port })) } },
    forget: () => Promise.all(admins.map((admin) => admin.script('FLUSH'))),
  }))

  /** As it does while slots are moved: the first set goes again, a few trips later. */
  class Resending extends Cluster {
    isResending = false

    override sendCommand(...[command, ...to]: Parameters<Cluster['sendCommand']>): unknown {
      if (!this.isResending || !command.args.some((arg) => String(arg).includes('older'))) {
        return super.sendCommand(command, ...to)
      }
      this.isResending = false
      void this.ping()
        .then(() => this.ping())
        .then(() => super.sendCommand(command, ...to))
      return command.promise
    }
  }

  test.each(KINDS.flatMap((kind) => [[kind, 'at once'] as const, [kind, 'behind another'] as const]))(
    'a set that the client sends again is not carried out behind what was asked for after it: %s, %s',
    async (kind, when) => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
      onTestFinished(() => warn.mockRestore())
      const client = new Resending((cluster?.masters ?? []).map(({ port }) => ({ host: '127.0.0.1', port })))
      onTestFinished(() => client.disconnect())
      const cache = opened({ client })
      await cache.set('key', 'before', { tags: ['t'] })
      await cache.invalidate({ tags: ['none'] })
      client.isResending = true
      const older = cache.set('key', 'older', { tags: ['t'] })
      const between = when === 'at once' ? older : cache.set('key', 'between', { tags: ['t'] })
      const { asking, left } = ask(cache, kind, 1, 'before')
      const reading = cache.get('key')
      await Promise.all([older, between, asking])
      expect(client.isResending).toBe(false)
      expect(short(await cache.get('key'))).toBe(short(left))
      if (kind !== 'invalidate') expect(short(await reading)).toBe(short(left))
    },
  )
})
