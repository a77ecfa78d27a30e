/**
 * Where a slot of a Cluster is on the move, its client says ASKING to the new server before a command, and looks after nothing that becomes of that.
 * A user without the permission, or a connection that is lost then, would end the process by a rejection that nobody handles. The command
 * behind it fails as well, and is told of.
 */
import { isCluster, type RedisClient } from './client.ts'
import { listen } from './client-events.ts'

const heard = new WeakSet<object>()

/** @returns how to stop: servers that come later are not heard any more */
export function hearAsking(client: RedisClient): () => void {
  if (!isCluster(client)) return () => undefined
  for (const node of client.nodes('master')) hearNode(node)
  return listen(client, '+node', hearNode)
}

function hearNode(node: unknown): void {
  if (!isAsking(node) || heard.has(node)) return
  heard.add(node)
  const asking = node.asking.bind(node)
  node.asking = (...given) => {
    const asked = asking(...given)
    asked.catch(ignored)
    return asked
  }
}

interface Asking {
  asking(...given: unknown[]): Promise<unknown>
}

function isAsking(node: unknown): node is Asking {
  return typeof node === 'object' && node !== null && 'asking' in node && typeof node.asking === 'function'
}

function ignored(): void {}
