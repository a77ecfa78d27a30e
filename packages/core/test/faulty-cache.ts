/** A cache on a backend that can be told to fail, by a clock that the test moves. */
import { type Cache, type CacheOptions, createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'

export interface FaultyCache {
  readonly clock: FakeClock
  readonly backend: FaultyBackend
  readonly cache: Cache
}

interface FaultyCacheOptions extends Partial<Omit<CacheOptions, 'backend' | 'clock'>> {
  /** What the backend keeps of a value. Default: bytes, as all do that are shared. */
  readonly holds?: 'bytes' | 'values'
}

/** Default: a ttl of an hour. */
export function faultyCache({ holds = 'bytes', ...options }: FaultyCacheOptions = {}): FaultyCache {
  const clock = createFakeClock()
  const backend = faultyBackend(new ReferenceBackend({ holds }), clock)
  return { clock, backend, cache: createCache({ ttl: '1h', ...options, backend, clock }) }
}
