/**
 * Of a Cluster's servers, too, nothing of a lost connection may be carried out after what the next one brings (connection.ts). Its client makes a
 * new client for each connection, and keeps commands until the server has said that it is ready; what is said of connections goes ahead of
 * that, as soon as there is one. A server that has been started anew at the same address gives the same numbers again, so that a connection
 * is ended by its number and where it came from, both as the server saw them.
 */
import { addressOf, isCluster, type RedisClient, type ServerClient } from './client.ts'
import { listen } from './client-events.ts'
import { insistOn } from './insisting.ts'
import { LostByServer, type LostConnections } from './lost-connections.ts'

const heard = new WeakSet<ServerClient>()
/** Of each Cluster, by the address of the server. */
const lostOf = new WeakMap<RedisClient, LostByServer>()

/** @returns how to stop: servers that come later are not heard any more */
export function endLostOfNodes(client: RedisClient): () => void {
  if (!isCluster(client)) return ignored
  const all = lostOf.get(client) ?? new LostByServer()
  lostOf.set(client, all)
  const hear = (): void => {
    for (const node of client.nodes('master')) {
      if (heard.has(node)) continue
      heard.add(node)
      const lost = all.of(addressOf(node))
      node.on('connect', () => begin(node, lost))
      if (node.status === 'connect' || node.status === 'ready') begin(node, lost)
    }
  }
  hear()
  // Before anything is sent there, and where a replica that was there before has become a master.
  const stops = [listen(client, '+node', hear), listen(client, 'refresh', hear)]
  return () => {
    for (const stop of stops) stop()
  }
}

/** All that were there before this one are lost, and when the next one comes so is this. What goes wrong, the commands behind it say. */
function begin(node: ServerClient, lost: LostConnections): void {
  lost.endOn(node)
  insistOn(node, 'client', 'info').then((said) => {
    const [, id, address] = /\bid=(\d+) addr=(\S+)/.exec(String(said)) ?? []
    if (id !== undefined && address !== undefined) lost.add(['id', id, 'addr', address])
  }, ignored)
}

function ignored(): void {}
