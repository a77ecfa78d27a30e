/** A planned kind becomes a cache. Packages are imported here, and only those that were chosen. */
import {
  type Backend,
  type Bus,
  type Cache,
  type Codec,
  ConfigError,
  createCache,
  defaultCodec,
  describe,
  jsonCodec,
  zstdCodec,
} from '@stowage/core'
import type { WatchedTier } from '@stowage/hybrid'
import { installed } from './installed.ts'
import { codecName, type KindPlan } from './kind-plan.ts'
import { sharedBus } from './shared-bus.ts'
import type { TierPlan } from './tier-plan.ts'
import { withPath } from './with-path.ts'

/** @throws ConfigError naming the kind, for what only its backend could find wrong. Nothing is left open then. */
export async function openCache(plan: KindPlan): Promise<Cache> {
  const codec = await codecNamed(plan)
  return createCache({ ...plan.options, backend: await openBackend(plan), codec })
}

async function openBackend({ at, tiers, hybrid, options: { clock } }: KindPlan): Promise<Backend> {
  const opened: (Backend | Bus)[] = []
  const stores: Backend[] = []
  try {
    for (const tier of tiers) {
      const store = await openStore(tier)
      opened.push(store)
      stores.push(store)
    }
    const [first] = stores
    if (stores.length === 1 && first !== undefined) return first
    const { hybridBackend } = await installed(at, '@stowage/hybrid', () => import('@stowage/hybrid'))
    const tierOptions = tiers.map(({ maxTtlMs }) => (maxTtlMs === undefined ? undefined : { maxTtl: maxTtlMs }))
    const bus = await openBus(hybrid.bus, tiers.at(-1), stores.at(-1))
    if (bus !== undefined) opened.push(bus)
    return hybridBackend({
      tiers: stores,
      tierOptions,
      write: hybrid.write,
      ...(clock === undefined ? {} : { clock }),
      ...(bus === undefined ? {} : { bus }),
      ...(hybrid.flushMs === undefined ? {} : { flushInterval: hybrid.flushMs }),
    })
  } catch (thrown) {
    await closed(opened)
    throw withPath(at, thrown)
  }
}

/** All of them, whatever one of them says: it is told already why they are not needed. */
async function closed(parts: readonly (Backend | Bus)[]): Promise<void> {
  await Promise.allSettled(parts.map(async (part) => part.close()))
}

/**
 * The bus of those who hold copies of what is in a store; one that was given is closed with the last that it was opened for.
 * @throws ConfigError with what to install
 *
 * @param wanted true: what the store, the last tier, offers. Where a roll-back to memory has left none that does, nobody else is there.
 */
export async function openBus(
  wanted: boolean | Bus,
  last: TierPlan | undefined,
  store: Backend | undefined,
): Promise<Bus | undefined> {
  if (typeof wanted !== 'boolean') return sharedBus(wanted)
  if (!wanted || last === undefined || store === undefined) return undefined
  if (last.backend === 'redis') {
    return (await installed(last.at, '@stowage/redis', () => import('@stowage/redis'))).redisBus(last.options)
  }
  const { watchBus } = await installed(last.at, '@stowage/hybrid', () => import('@stowage/hybrid'))
  return isWatched(store) ? watchBus(store) : undefined
}

function isWatched(store: Backend): store is Backend & WatchedTier {
  return 'watch' in store && typeof store.watch === 'function'
}

/** One store by itself. @throws ConfigError for what only its backend could find wrong; or what to install */
export async function openStore(tier: TierPlan): Promise<Backend> {
  requirePlan('openStore', tier)
  const { at, ...plan } = tier
  switch (plan.backend) {
    case 'memory':
      return (await installed(at, '@stowage/memory', () => import('@stowage/memory'))).memoryBackend(plan.options)
    case 'fs':
      return (await installed(at, '@stowage/fs', () => import('@stowage/fs'))).fsBackend(plan.options)
    case 'sqlite':
      return (await installed(at, '@stowage/sqlite', () => import('@stowage/sqlite'))).sqliteBackend(plan.options)
    case 'redis':
      return (await installed(at, '@stowage/redis', () => import('@stowage/redis'))).redisBackend(plan.options)
  }
}

/** @throws ConfigError with what to install. */
export async function codecNamed(plan: Pick<KindPlan, 'at' | 'codec' | 'compression'>): Promise<Codec> {
  requirePlan('codecNamed', plan)
  const { at, codec, compression } = plan
  const inner = typeof codec === 'object' && codec !== null ? codec : await NAMED[codecName(at, codec)](at)
  return compression === 'zstd' ? zstdCodec(inner) : inner
}

const NAMED = {
  default: async () => defaultCodec,
  json: async () => jsonCodec,
  msgpack: async (at: string) =>
    (await installed(at, '@stowage/msgpack', () => import('@stowage/msgpack'))).msgpackCodec(),
} as const

function requirePlan(where: string, plan: unknown): void {
  if (typeof plan === 'object' && plan !== null) return
  throw new ConfigError(`${where}: ${describe(plan)} is not a plan; allowed: an object, as kindStore gives`)
}
