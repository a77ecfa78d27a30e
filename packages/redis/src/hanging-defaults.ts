/**
 * A client that was handed in keeps its settings, since it is not ours. Where they let it hang, or let it send a write a second time when
 * newer ones have been made, its owner is told once, with what to set.
 */
import { ConfigError } from '@stowage/core'
import { isCluster, type RedisClient } from './client.ts'

const warned = new WeakSet<RedisClient>()

/** @throws ConfigError for settings under which the promises cannot be kept. */
export function examineClient(client: RedisClient): void {
  const { keyPrefix, scaleReads = 'master' } = settingsOf(client.options)
  if (keyPrefix !== undefined && keyPrefix !== '') {
    throw new ConfigError(
      `client: it has a keyPrefix, which SCAN does not know; allowed: none, and prefix of redisBackend`,
    )
  }
  if (scaleReads !== 'master') {
    throw new ConfigError(`client: scaleReads is not 'master'; allowed: 'master', as replicas lag behind invalidations`)
  }
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
  readonly keyPrefix?: unknown
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
  if (typeof maxRetriesPerRequest !== 'number' || maxRetriesPerRequest > 3) unsafe.push('maxRetriesPerRequest: 1')
  if (autoResendUnfulfilledCommands !== false) unsafe.push('autoResendUnfulfilledCommands: false')
  if (!isCluster(client)) return unsafe
  const inCluster = unsafe.map((setting) => `redisOptions.${setting}`)
  if (own.retryDelayOnFailover !== 0) inCluster.push('retryDelayOnFailover: 0')
  if (own.retryDelayOnClusterDown !== 0) inCluster.push('retryDelayOnClusterDown: 0')
  return inCluster
}
