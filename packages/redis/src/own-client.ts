/**
 * A client with settings that cannot hang: it notices a server that has gone silent, keeps trying to come back, keeps no queue while it is
 * away, and sends nothing twice. ioredis' own defaults wait for more than a minute on a dead server, and for ever on a stopped one.
 */
import { ConfigError, describe } from '@stowage/core'
import { Cluster, Redis } from 'ioredis'
import type { RedisClient } from './client.ts'
import type { RedisOptions } from './options.ts'
import { kindOf } from './reply.ts'

const CONNECT_LIMIT_MS = 2_000
const MAX_REDIRECTIONS = 5
/** Recovery is promised within 5 s: an attempt every second at the latest, each of them of limited length. */
const MAX_RETRY_DELAY_MS = 1_000

/** @param timeoutMs after which a call is given up */
export function ownClient(options: Exclude<RedisOptions, { client: RedisClient }>, timeoutMs: number): RedisClient {
  const safe = safeOptions(timeoutMs)
  if ('cluster' in options) {
    const { nodes, options: further, redisOptions } = options.cluster
    return heard(
      new Cluster([...nodes], {
        clusterRetryStrategy: retryDelayMs,
        slotsRefreshTimeout: CONNECT_LIMIT_MS,
        slotsRefreshInterval: MAX_RETRY_DELAY_MS,
        // Its connections to servers begin with the first command, which else would be refused.
        enableOfflineQueue: true,
        // Sending again is not for a client that does not know whether anybody still waits.
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        maxRedirections: MAX_REDIRECTIONS,
        retryDelayOnTryAgain: 1,
        ...further,
        redisOptions: { ...safe, ...redisOptions },
      }),
    )
  }
  const single = { ...safe, retryStrategy: retryDelayMs, enableOfflineQueue: false, reconnectOnError: isReadOnly }
  const client =
    'url' in options ? new Redis(checkedUrl(options.url), single) : new Redis({ ...single, ...options.connection })
  return heard(inItsDatabase(client))
}

function safeOptions(timeoutMs: number) {
  return {
    // A server that says nothing for twice as long as a call may take is given up, and connected to anew.
    socketTimeout: 2 * timeoutMs,
    connectTimeout: CONNECT_LIMIT_MS,
    // What was under way when a connection is lost is told so at once: it is not sent again, and nothing else would ever answer it.
    maxRetriesPerRequest: 0,
    // One permission less to ask for.
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    // Fixed: shapes of replies are what this package reads.
    replyMapping: 'legacy',
  } as const
}

function retryDelayMs(attempts: number): number {
  return Math.min(50 * 2 ** Math.min(attempts - 1, 10), MAX_RETRY_DELAY_MS)
}

/** A master that has become a replica: the connection leads to the wrong server. */
function isReadOnly(error: Error): boolean {
  return kindOf(error) === 'READONLY'
}

/** Told that the server has no such database, ioredis would go on in number 0, which is somebody else's. It is tried again instead. */
function inItsDatabase(client: Redis): Redis {
  return client.on('error', (thrown: Error) => {
    const command: unknown = Reflect.get(thrown, 'command')
    if (hasName(command) && command.name === 'select') client.disconnect(true)
  })
}

function hasName(command: unknown): command is { readonly name: unknown } {
  return typeof command === 'object' && command !== null && 'name' in command
}

/** ioredis writes errors that nobody listens to to the console. What fails here is told by the operation that fails. */
function heard(client: RedisClient): RedisClient {
  client.on('error', () => undefined)
  return client
}

/** @throws ConfigError that shows no part of it: in what is no address nobody knows where the password is. */
function checkedUrl(url: unknown): string {
  if (typeof url !== 'string' || !/^rediss?:\/\//i.test(url) || !URL.canParse(url)) {
    const what = typeof url === 'string' ? 'what is given' : describe(url)
    throw new ConfigError(
      `url: ${what} is not the address of a server; allowed: redis://host:port or rediss://host:port`,
    )
  }
  // ioredis would take REDISS:// for an address without TLS.
  if (/^\/?\d*$/.test(new URL(url).pathname)) return url.replace(/^rediss?/i, (scheme) => scheme.toLowerCase())
  throw new ConfigError(
    'url: what is behind the host is not the number of a database; allowed: e.g. redis://host:port/1',
  )
}
