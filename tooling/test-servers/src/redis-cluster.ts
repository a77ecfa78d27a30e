/**
 * A Cluster of our own: three masters with a replica each, put together by commands (no further program is needed), with slots that
 * can be moved and servers that can be killed.
 */
import { freePort } from './free-port.ts'
import { until } from './polling.ts'
import { adminOf, isolateMaster } from './redis-admin.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface RedisCluster extends AsyncDisposable {
  readonly masters: readonly RedisServer[]
  readonly replicas: readonly RedisServer[]
  /** From now on this master passes nothing on to its replica. */
  isolateMaster(index: number): Promise<void>
  /** Moves a slot with all its keys, the way resharding does: a few keys at a time, asked for meanwhile. */
  moveSlot(slot: number, from: RedisServer, to: RedisServer): Promise<void>
}

const MASTER_COUNT = 3
const SLOT_COUNT = 16_384
/** On a busy machine a server that is well may be silent for a second or two. */
const NODE_TIMEOUT_MS = 15_000
/** The port for the servers among themselves is so much higher. */
const BUS_OFFSET = 10_000
const MIGRATED_TOGETHER = '10'

export interface RedisClusterOptions {
  /** How long a master is silent before another takes its place. Default: longer than any test that does not wait for it. */
  readonly nodeTimeoutMs?: number
}

export async function startCluster({
  nodeTimeoutMs = NODE_TIMEOUT_MS,
}: RedisClusterOptions = {}): Promise<RedisCluster> {
  const servers: RedisServer[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  try {
    for (let count = 0; count < 2 * MASTER_COUNT; count++) servers.push(await startNode(nodeTimeoutMs))
    const [masters, replicas] = [servers.slice(0, MASTER_COUNT), servers.slice(MASTER_COUNT)]
    await join(servers, masters, replicas)
    const isolate = (index: number) => isolateMaster(masters[index]?.port ?? 0)
    return { masters, replicas, moveSlot, isolateMaster: isolate, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function startNode(nodeTimeoutMs: number): Promise<RedisServer> {
  const timeout = ['--cluster-node-timeout', String(nodeTimeoutMs), '--repl-diskless-sync-delay', '0']
  const settings = ['--cluster-enabled', 'yes', '--cluster-replica-validity-factor', '0', ...timeout]
  return startRedis({ settings, choosePort: portWithBus })
}

async function portWithBus(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port + BUS_OFFSET < 65_536) return port
  }
}

async function join(
  servers: readonly RedisServer[],
  masters: readonly RedisServer[],
  replicas: readonly RedisServer[],
): Promise<void> {
  for (const [at, { port }] of masters.entries()) {
    using admin = adminOf(port)
    const [begin, end] = [at, at + 1].map((share) => Math.round((share * SLOT_COUNT) / MASTER_COUNT))
    const slots = Array.from({ length: (end ?? 0) - (begin ?? 0) }, (_, slot) => String(slot + (begin ?? 0)))
    await admin.ask('cluster', 'addslots', ...slots)
    // Servers that begin with the same epoch would have to find out first whose word counts.
    await admin.ask('cluster', 'set-config-epoch', String(at + 1))
  }
  const [first, ...others] = servers
  if (first === undefined) throw new Error('a cluster has servers')
  using admin = adminOf(first.port)
  for (const { port } of others) await admin.ask('cluster', 'meet', '127.0.0.1', String(port))
  for (const server of servers) {
    await until('all servers know each other', async () => (await info(server)).get('cluster_known_nodes') === '6')
  }
  for (const [at, replica] of replicas.entries()) {
    const master = masters[at]
    if (master === undefined) throw new Error('a replica has a master')
    using own = adminOf(replica.port)
    await own.ask('cluster', 'replicate', await idOf(master))
    await until('a replica follows', async () =>
      (await own.ask('info', 'replication')).includes('master_link_status:up'),
    )
  }
  for (const server of servers) {
    await until('the cluster is whole', async () => (await info(server)).get('cluster_state') === 'ok')
    await until('all roles are known', async () => (await rolesSeenBy(server)) === replicas.length)
  }
}

async function info({ port }: RedisServer): Promise<ReadonlyMap<string, string>> {
  using admin = adminOf(port)
  const lines = (await admin.ask('cluster', 'info')).split('\r\n')
  return new Map(lines.map((line) => [line.split(':')[0] ?? '', line.split(':')[1] ?? '']))
}

async function rolesSeenBy({ port }: RedisServer): Promise<number> {
  using admin = adminOf(port)
  const nodes = await admin.ask('cluster', 'nodes')
  return nodes.split('\n').filter((line) => / (myself,)?slave /.test(line)).length
}

async function idOf({ port }: RedisServer): Promise<string> {
  using admin = adminOf(port)
  return await admin.ask('cluster', 'myid')
}

async function moveSlot(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
  using source = adminOf(from.port)
  using target = adminOf(to.port)
  const [fromId, toId] = [await idOf(from), await idOf(to)]
  await target.ask('cluster', 'setslot', String(slot), 'importing', fromId)
  await source.ask('cluster', 'setslot', String(slot), 'migrating', toId)
  for (;;) {
    const names = await source.ask('cluster', 'getkeysinslot', String(slot), MIGRATED_TOGETHER)
    if (names === '') break
    const keys = names.split(',')
    await source.ask('migrate', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys)
  }
  for (const admin of [target, source]) await admin.ask('cluster', 'setslot', String(slot), 'node', toId)
}
