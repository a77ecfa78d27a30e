/** The Redis the cache may use: the one that was named, one that answers at the usual place, or the app's own. */
import { ConfigError } from '@stowage/core'
import type { OwnRedis } from './own-redis.ts'
import { answersPing } from './redis-ping.ts'

/** Whether there is one to choose, in words for the Settings page. */
interface RedisOffer {
  readonly isAvailable: boolean
  /** Where it is, how it would be started, or why there is none. */
  readonly words: string
}

export interface RedisPlace {
  offer(): Promise<RedisOffer>
  /** Of the one that is on offer, which is started if need be. @throws ConfigError that says why there is none */
  url(): Promise<string>
}

export interface RedisPlaceOptions {
  /** REDIS_URL; then no other one is looked for. */
  readonly url?: string | undefined
  /** Where one is looked for when none is named. */
  readonly usualUrl?: string
  /** The first of several nodes has the app's own, which is then asked for by this. */
  readonly firstNodesRedis?: (() => Promise<string>) | undefined
}

const USUAL_URL = 'redis://127.0.0.1:6379'

export function createRedisPlace(
  own: OwnRedis,
  { url: named, usualUrl = USUAL_URL, firstNodesRedis }: RedisPlaceOptions = {},
): RedisPlace {
  async function find(): Promise<RedisOffer & { readonly open?: () => Promise<string> }> {
    const url = named ?? usualUrl
    const where = new URL(url).host
    if (await answersPing(url)) return { isAvailable: true, words: `found at ${where}`, open: async () => url }
    if (named !== undefined)
      return { isAvailable: false, words: `no server answers at ${where}, which REDIS_URL names` }
    if (own.reason !== undefined) {
      const words = `no server answers at ${where}, and there is ${own.reason} to start`
      return { isAvailable: false, words: `${words}; start one, or name one in REDIS_URL` }
    }
    if (firstNodesRedis !== undefined)
      return { isAvailable: true, words: 'of the first node, for all nodes', open: firstNodesRedis }
    const words =
      own.state() === 'off' ? 'started by this server when it is chosen' : `this server’s own, ${own.state()}`
    return { isAvailable: true, words, open: () => own.url() }
  }

  return {
    async offer() {
      const { isAvailable, words } = await find()
      return { isAvailable, words }
    },
    async url() {
      const { open, words } = await find()
      if (open === undefined) throw new ConfigError(words)
      return open()
    },
  }
}
