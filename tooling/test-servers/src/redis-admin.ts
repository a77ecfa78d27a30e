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

/** The replicas of a master hear nothing from it any more, while clients that it has go on as before. */
export async function isolateMaster(port: number): Promise<void> {
  using admin = adminOf(port)
  const replicas = async () => Number(/connected_slaves:(\d+)/.exec(await admin.ask('info', 'replication'))?.[1])
  // Those that come back are asked for a password that they have not got.
  await admin.ask('config', 'set', 'requirepass', 'unknown to replicas')
  await until('the replicas are cut off', async () => {
    await admin.ask('client', 'kill', 'type', 'replica')
    return (await replicas()) === 0
  })
}
