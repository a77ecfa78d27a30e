/** The further nodes: whole servers like this one, on the same store, each a process that ends with this one. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import type { Peer } from '../pages/nodes/peer.ts'
import { tellWhereRedisIs } from './shared-redis.ts'

/** In its environment: which one it is. */
export const NODE_NAME = 'PLAYGROUND_NODE'

export interface NodeProcesses {
  /** Rejects when one of them could not be started, or was ended before it had; none is left then. */
  readonly peers: Promise<readonly Peer[]>
  /** Ends those that are starting, too. */
  close(): Promise<void>
}

/** Said once, when it can be asked. */
const word = z.object({ address: z.string() })
const CLOSE_LIMIT_MS = 5_000
const MAIN = join(import.meta.dirname, '../main.ts')

interface NodesOptions {
  /** Of all nodes, this one included. */
  readonly count: number
  /** What they are told beside their names. */
  readonly environment: Readonly<Record<string, string>>
  /** Where the app's own Redis is, which all share; it is started if need be. */
  readonly redisUrl: () => Promise<string>
  readonly program?: string
}

export function startNodes({ count, environment, redisUrl, program = MAIN }: NodesOptions): NodeProcesses {
  const names = Array.from({ length: count - 1 }, (_, at) => `node ${at + 2}`)
  const children = names.map((name) => {
    const child = fork(program, {
      execArgv: ['--conditions=@stowage/source', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, PORT: '0', ...environment, [NODE_NAME]: name },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    tellWhereRedisIs(child, redisUrl)
    return { child, peer: peerOf(name, child) }
  })
  const close = async (): Promise<void> => {
    await Promise.all(children.map(({ child }) => end(child)))
  }
  const peers = Promise.all(children.map(({ peer }) => peer)).catch(async (error: unknown) => {
    await close()
    throw error
  })
  // Whoever closes them before they are up need not wait for them.
  peers.catch(() => undefined)
  return { peers, close }
}

function peerOf(name: string, child: ChildProcess): Promise<Peer> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const { data } = word.safeParse(message)
      if (data !== undefined) resolve({ name, address: data.address })
    })
    child.once('exit', () => reject(new Error(`${name} ended before it could be used`)))
    // For good: a line to a process that is ending may fail later, too.
    child.on('error', (error) => reject(new Error(`${name} could not be started: ${error.message}`, { cause: error })))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS)
  if (child.connected) child.disconnect()
  await ended
  clearTimeout(timer)
}
