/** A planned kind becomes a cache. Packages are imported here, and only those that were chosen. */
import {
  type Backend,
  type Cache,
  type Codec,
  ConfigError,
  createCache,
  defaultCodec,
  jsonCodec,
  zstdCodec,
} from '@stowage/core'
import { installed } from './installed.ts'
import type { KindPlan } from './kind-plan.ts'
import type { TierPlan } from './tier-plan.ts'

/** @throws ConfigError naming the kind, for what only its backend or core could find wrong. Nothing is left open then. */
export async function openCache(plan: KindPlan): Promise<Cache> {
  const { at, options } = plan
  const codec = await codecNamed(plan)
  const backend = await openBackend(plan)
  try {
    return createCache({ ...options, backend, codec })
  } catch (thrown) {
    await backend.close()
    throw withPath(at, thrown)
  }
}

async function openBackend({ at, tiers }: KindPlan): Promise<Backend> {
  const opened: Backend[] = []
  try {
    for (const tier of tiers) opened.push(await openStore(tier))
    const [first] = opened
    if (opened.length === 1 && first !== undefined) return first
    const { hybridBackend } = await installed(at, '@stowage/hybrid', () => import('@stowage/hybrid'))
    const tierOptions = tiers.map(({ maxTtlMs }) => (maxTtlMs === undefined ? undefined : { maxTtl: maxTtlMs }))
    return hybridBackend({ tiers: opened, tierOptions })
  } catch (thrown) {
    for (const backend of opened) await backend.close()
    throw withPath(at, thrown)
  }
}

/** One store by itself. @throws ConfigError for what only its backend could find wrong; or what to install */
export async function openStore({ at, ...plan }: TierPlan): Promise<Backend> {
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
export async function codecNamed({
  at,
  codec,
  compression,
}: Pick<KindPlan, 'at' | 'codec' | 'compression'>): Promise<Codec> {
  const inner = typeof codec === 'object' ? codec : await NAMED[codec](at)
  return compression === 'zstd' ? zstdCodec(inner) : inner
}

const NAMED = {
  default: async () => defaultCodec,
  json: async () => jsonCodec,
  msgpack: async (at: string) =>
    (await installed(at, '@stowage/msgpack', () => import('@stowage/msgpack'))).msgpackCodec(),
} as const

function withPath(at: string, thrown: unknown): unknown {
  if (!(thrown instanceof ConfigError) || thrown.message.startsWith(at)) return thrown
  return new ConfigError(`${at}.${thrown.message}`, { cause: thrown })
}
