/**
 * What this package needs of an ioredis client, by shape: a `Redis` or a `Cluster` of any version from 6 on is one. Replies
 * come as bytes (`callBuffer`), so that values pass without a conversion.
 */
export type Argument = string | Buffer
/** A command with its arguments. */
export type Command = readonly [name: string, ...args: Argument[]]

export interface RedisPipeline {
  callBuffer(...command: [string, ...(string | Buffer | number)[]]): unknown
  exec(): Promise<[error: Error | null, reply: unknown][] | null>
}

/** One server, or a cluster of them behind one face. */
export interface RedisClient {
  readonly status: string
  /** `'cluster'` routes each command by its keys. */
  readonly isCluster: boolean
  readonly options: object
  callBuffer(...command: [string, ...(string | Buffer | number)[]]): Promise<unknown>
  pipeline(): RedisPipeline
  connect(): Promise<void>
  disconnect(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
}

/** A cluster: {@link RedisClient.isCluster} is true. */
interface ClusterClient extends RedisClient {
  /** Who has a slot, as far as it knows: the master first. */
  readonly slots: readonly (readonly string[] | undefined)[]
  nodes(role: 'master'): RedisClient[]
  refreshSlotsCache(): void
}

export function isCluster(client: RedisClient): client is ClusterClient {
  return client.isCluster && 'nodes' in client
}

/** The servers on which entries are: the one, or every master. */
export function mastersOf(client: RedisClient): readonly RedisClient[] {
  return isCluster(client) ? client.nodes('master') : [client]
}
