/**
 * What this package needs of an ioredis client, by shape: a `Redis` or a `Cluster` of any version from 6 on is one. Replies
 * come as bytes (`callBuffer`), so that values pass without a conversion.
 */
import { hasMethods } from '@stowage/core'

export type Argument = string | Buffer
/** A command with its arguments. */
export type Command = readonly [name: string, ...args: Argument[]]

export interface RedisPipeline {
  callBuffer(...command: [string, ...(string | Buffer | number)[]]): unknown
  exec(): Promise<[error: Error | null, reply: unknown][] | null>
}

interface CommandClient {
  readonly status: string
  readonly options: object
  callBuffer(...command: [string, ...(string | Buffer | number)[]]): Promise<unknown>
  pipeline(): RedisPipeline
  connect(): Promise<void>
  disconnect(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
  listenerCount(event: string): number
}

/** A connection that listens to channels. */
export interface Subscriber {
  readonly status: string
  callBuffer(...command: [string, ...(string | Buffer | number)[]]): Promise<unknown>
  connect(): Promise<void>
  disconnect(): void
  subscribe(channel: string): Promise<unknown>
  ping(): Promise<unknown>
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** The client of one server. */
export interface ServerClient extends CommandClient {
  /** A further connection to the same server. */
  duplicate(options: object): Subscriber
}

/** The client of a cluster, which sends each command to who has its keys. */
export interface ClusterClient extends CommandClient {
  /** Who has a slot, as far as it knows: the master first. */
  readonly slots: readonly (readonly string[] | undefined)[]
  nodes(role: 'master'): ServerClient[]
  refreshSlotsCache(): void
}

export type RedisClient = ServerClient | ClusterClient

/** Methods that ioredis has and clients of other packages have not all of. */
const METHODS = ['callBuffer', 'pipeline', 'listenerCount'] as const

/** Whether what was handed in is one, whatever its type says. */
export function isClient(given: unknown): boolean {
  return hasMethods(given, METHODS)
}

export function isCluster(client: RedisClient): client is ClusterClient {
  return 'nodes' in client
}

/** The servers on which entries are: the one, or every master. */
export function mastersOf(client: RedisClient): readonly ServerClient[] {
  return isCluster(client) ? client.nodes('master') : [client]
}

/** `host:port`, as the client knows it. */
export function addressOf({ options }: ServerClient): string {
  const host: unknown = Reflect.get(options, 'host')
  const port: unknown = Reflect.get(options, 'port')
  return `${String(host ?? 'unknown')}:${String(port ?? '?')}`
}
