/**
 * How a test file asks for the Redis of the run. Where there is none its tests are skipped and carry the reason in their
 * name; they never pass.
 */
import { describe, inject } from 'vitest'
import type {} from './provided.ts'

/** A `describe` whose tests need the server; the body gets its URL. The server is shared: use keys of your own. */
export function describeWithRedis(name: string, body: (url: string) => void): void {
  const redis = inject('redis')
  if ('url' in redis) describe(name, () => body(redis.url))
  else describe.skip(`${name} (skipped: ${redis.skipReason})`, () => body('redis://skipped.invalid'))
}

/** The URL for code outside of `describeWithRedis`; undefined where the run has no Redis. */
export function redisUrl(): string | undefined {
  const redis = inject('redis')
  return 'url' in redis ? redis.url : undefined
}
