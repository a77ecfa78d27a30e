/** A connection to one server for what a test does to it, as text in and text out. */
import { Redis } from 'ioredis'
import { until } from './polling.ts'

export interface RedisAdmin extends Disposable {
  ask(...command: readonly [string, ...string[]]): Promise<string>
}

export function adminOf(port: number): RedisAdmin {
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  // What fails is told by the command that fails.
  client.on('error', () => undefined)
  return {
    ask: async (...[name, ...args]) => String(await client.call(name, args)),
    [Symbol.dispose]: () => client.disconnect(),
  }
}

/** The replicas of a master hear nothing from it any more but what it has been told so far, while clients that it has go on as before. */
export async function isolateMaster(port: number): Promise<void> {
  using admin = adminOf(port)
  await until('the replica has what its master has', async () => haveAll(await admin.ask('info', 'replication')))
  const replicas = async () => Number(/connected_slaves:(\d+)/.exec(await admin.ask('info', 'replication'))?.[1])
  // Those that come back are asked for a password that they have not got.
  await admin.ask('config', 'set', 'requirepass', 'unknown to replicas')
  await until('the replicas are cut off', async () => {
    await admin.ask('client', 'kill', 'type', 'replica')
    return (await replicas()) === 0
  })
}

/** Whether there are replicas, and each has taken everything that its master was told. */
function haveAll(replication: string): boolean {
  const [, told] = /master_repl_offset:(\d+)/.exec(replication) ?? []
  const taken = [...replication.matchAll(/state=online,offset=(\d+)/g)].map(([, offset]) => offset)
  return taken.length > 0 && taken.every((offset) => offset === told)
}
