/** The cache mode of each user, kept for as long as they come back within a year. */
import type { Cache } from '@stowage/core'
import { z } from 'zod'
import { CACHE_MODES, type CacheMode, DEFAULT_MODE } from '../../shared/cache-mode.ts'

export interface UserModes {
  of(userId: string): Promise<CacheMode>
  choose(userId: string, mode: CacheMode): Promise<void>
}

const KEPT_FOR = '365d'
const cacheMode = z.enum(CACHE_MODES)

export function createUserModes(store: Cache): UserModes {
  return {
    of: async (userId) => (await store.get(['mode', userId], { schema: cacheMode })) ?? DEFAULT_MODE,
    async choose(userId, mode) {
      await store.set(['mode', userId], mode, KEPT_FOR)
    },
  }
}
