/**
 * Settings of ioredis under which nothing works are refused, wherever they come from: a URL can hold any of them. What else a client that was
 * handed in has, it keeps, since it is not ours. Where that lets it hang, or lets it send a write a second time when newer ones have been
 * made, its owner is told once, with what to set.
 */
import { ConfigError, describe } from '@stowage/core'
import { isCluster, type RedisClient } from './client.ts'

const warned = new WeakSet<RedisClient>()

/** Those that change what is sent, or what comes back. Any value that ioredis takes for true is one, as the text 'false' is. */
const REFUSED = [
  ['keyPrefix', 'none, and prefix of redisBackend, as SCAN does not know it'],
  ['stringNumbers', 'false, as numbers have to come as numbers'],
  ['replyMapping', "'legacy', as shapes of replies are what this package reads"],
  ['enableAutoPipelining', 'false, as ioredis garbles scripts with it; calls of one tick go together without it'],
] as const

/** @throws ConfigError for settings under which the promises cannot be kept. */
export function requireFit(client: RedisClient): void {
  const own = settingsOf(client.options)
  for (const settings of [own, settingsOf(own.redisOptions)]) {
    for (const [name, allowed] of REFUSED) {
      const given = settings[name]
      if (given && given !== 'legacy')
        throw new ConfigError(`${name} of the client: ${describe(given)} is refused; allowed: ${allowed}`)
    }
  }
  const { db = 0, role = 'master', scaleReads = 'master' } = own
  // What is no number ioredis sends all the same, and the refusal that comes back ends the process.
  if (typeof db !== 'number' || !Number.isSafeInteger(db) || db < 0) {
    throw new ConfigError(`db of the client: ${describe(db)} is refused; allowed: the number of a database`)
  }
  for (const [name, given] of Object.entries({ role, scaleReads })) {
    if (given === 'master') continue
    throw new ConfigError(
      `${name} of the client: ${describe(given)} is refused; allowed: 'master', as replicas lag behind invalidations`,
    )
  }
}

export function warnOfHanging(client: RedisClient): void {
  const unsafe = unsafeSettings(client)
  if (unsafe.length === 0 || warned.has(client)) return
  warned.add(client)
  process.emitWarning(
    `the ioredis client that redisBackend was given can hang or repeat itself; set ${unsafe.join(', ')}`,
    {
      type: 'StowageWarning',
      code: 'STOWAGE_REDIS_HANGING_CLIENT',
    },
  )
}

interface Settings {
  readonly db?: unknown
  readonly replyMapping?: unknown
  readonly keyPrefix?: unknown
  readonly stringNumbers?: unknown
  readonly enableAutoPipelining?: unknown
  readonly role?: unknown
  readonly scaleReads?: unknown
  readonly socketTimeout?: unknown
  readonly commandTimeout?: unknown
  readonly maxRetriesPerRequest?: unknown
  readonly autoResendUnfulfilledCommands?: unknown
  readonly redisOptions?: unknown
  readonly retryDelayOnFailover?: unknown
  readonly retryDelayOnClusterDown?: unknown
}

function settingsOf(options: unknown): Settings {
  return typeof options === 'object' && options !== null ? options : {}
}

function unsafeSettings(client: RedisClient): string[] {
  const own = settingsOf(client.options)
  const settings = isCluster(client) ? settingsOf(own.redisOptions) : own
  const { socketTimeout, commandTimeout, maxRetriesPerRequest = 20, autoResendUnfulfilledCommands } = settings
  const unsafe: string[] = []
  if (commandTimeout === undefined) unsafe.push('commandTimeout: 500')
  if (socketTimeout === undefined) unsafe.push('socketTimeout: 1000')
  if (typeof maxRetriesPerRequest !== 'number' || maxRetriesPerRequest > 3) unsafe.push('maxRetriesPerRequest: 0')
  if (autoResendUnfulfilledCommands !== false) unsafe.push('autoResendUnfulfilledCommands: false')
  if (!isCluster(client)) return unsafe
  const inCluster = unsafe.map((setting) => `redisOptions.${setting}`)
  if (own.retryDelayOnFailover !== 0) inCluster.push('retryDelayOnFailover: 0')
  if (own.retryDelayOnClusterDown !== 0) inCluster.push('retryDelayOnClusterDown: 0')
  return inCluster
}
