/** The further nodes: whole servers like this one, on the same store, each a process that ends with this one. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import type { Peer } from '../pages/nodes/peer.ts'

/** In its environment: which one it is. */
export const NODE_NAME = 'PLAYGROUND_NODE'

export interface NodeProcesses {
  readonly peers: readonly Peer[]
  close(): Promise<void>
}

const word = z.object({ address: z.string() })
const CLOSE_LIMIT_MS = 5_000

/** @param count of all nodes, this one included. */
export async function startNodes(count: number, cacheDirectory: string): Promise<NodeProcesses> {
  const names = Array.from({ length: count - 1 }, (_, at) => `node ${at + 2}`)
  const nodes = await Promise.all(names.map((name) => startNode(name, cacheDirectory)))
  return {
    peers: nodes.map(({ peer }) => peer),
    async close() {
      await Promise.all(nodes.map((node) => node.end()))
    },
  }
}

async function startNode(name: string, cacheDirectory: string) {
  const child = fork(join(import.meta.dirname, '../main.ts'), {
    execArgv: ['--conditions=@stowage/source', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, PORT: '0', CACHE_DIR: cacheDirectory, [NODE_NAME]: name },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const address = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(word.parse(message).address))
    child.once('exit', () => reject(new Error(`${name} ended before it could be used`)))
  })
  return {
    peer: { name, address },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS)
      if (child.connected) child.disconnect()
      await ended
      clearTimeout(timer)
    },
  }
}
