/** A master, two replicas and three Sentinels that watch them: the smallest group that can replace a master by itself. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from './polling.ts'
import { adminOf, isolateMaster } from './redis-admin.ts'
import { type RedisServer, startRedis, startServer } from './redis-server.ts'

export interface RedisSentinel extends AsyncDisposable {
  /** What the Sentinels call the group. */
  readonly name: string
  readonly sentinels: readonly RedisServer[]
  readonly master: RedisServer
  readonly replicas: readonly RedisServer[]
  /** From now on the master passes nothing on to the replicas. */
  isolateMaster(): Promise<void>
}

const NAME = 'stowage'
const REPLICA_COUNT = 2
const SENTINEL_COUNT = 3
/** Of three, so many have to agree. */
const QUORUM = 2
const DOWN_AFTER_MS = 500

export async function startSentinel(): Promise<RedisSentinel> {
  const servers: RedisServer[] = []
  const started = async (starting: Promise<RedisServer>): Promise<RedisServer> => {
    const server = await starting
    servers.push(server)
    return server
  }
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  try {
    const master = await started(startRedis({ settings: ['--repl-diskless-sync-delay', '0'] }))
    const replicas: RedisServer[] = []
    for (let count = 0; count < REPLICA_COUNT; count++) replicas.push(await started(startReplica(master)))
    const sentinels: RedisServer[] = []
    for (let count = 0; count < SENTINEL_COUNT; count++) sentinels.push(await started(startWatcher(master)))
    for (const { port } of sentinels) await until('the Sentinels know everybody', () => knowsAll(port))
    return {
      name: NAME,
      sentinels,
      master,
      replicas,
      isolateMaster: () => isolateMaster(master.port),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startReplica(master: RedisServer): Promise<RedisServer> {
  const replica = await startRedis({ settings: ['--replicaof', '127.0.0.1', String(master.port)] })
  using admin = adminOf(replica.port)
  await until('a replica follows', async () =>
    (await admin.ask('info', 'replication')).includes('master_link_status:up'),
  )
  return replica
}

function startWatcher(master: RedisServer): Promise<RedisServer> {
  return startServer({}, 'Sentinel ID is', async (port, folder) => {
    // A Sentinel writes into its own settings, so that they have to be a file.
    const file = join(folder, 'sentinel.conf')
    const lines = [
      'bind 127.0.0.1',
      `port ${port}`,
      `dir ${folder}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${master.port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} 3000`,
    ]
    await writeFile(file, `${lines.join('\n')}\n`)
    return [file, '--sentinel']
  })
}

async function knowsAll(port: number): Promise<boolean> {
  using admin = adminOf(port)
  const seen = await admin.ask('sentinel', 'master', NAME)
  const others = /num-other-sentinels,(\d+)/.exec(seen)?.[1]
  return seen.includes(`num-slaves,${REPLICA_COUNT}`) && others === String(SENTINEL_COUNT - 1)
}
