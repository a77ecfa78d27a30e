/** The command behind `demo`: starts the playground, says where it is, and stops it on SIGINT or SIGTERM. */
import { ConfigError } from '@stowage/core'
import { type Environment, readEnvironment } from './environment.ts'
import { readNodeCount } from './nodes/node-count.ts'
import { NODE_NAME, type NodeProcesses, startNodes } from './nodes/node-processes.ts'
import { redisOfFirstNode } from './nodes/shared-redis.ts'
import type { Peer } from './pages/nodes/peer.ts'
import { type RunningServer, startServer } from './start.ts'
import { startText } from './start-text.ts'

/** A package runner passes on a Ctrl-C that this process has had already: the same wish, not a second one. */
const ECHO_MS = 300

async function main(): Promise<void> {
  const environment = readEnvironment(process.env)
  const ownName = process.env[NODE_NAME]
  if (ownName !== undefined) return beNode(environment, ownName)
  const nodeCount = readNodeCount(process.argv.slice(2))
  const running = await startServer(environment, nodeCount > 1 ? { name: 'node 1' } : undefined)
  const stopping = stopOnSignal(running)
  console.log(startText(running))
  try {
    const { buildMs } = await running.client
    if (buildMs !== undefined)
      console.log(`  Built the page in ${(buildMs / 1000).toFixed(1)} s; later starts skip this.\n`)
  } catch (error) {
    console.error(
      `The page could not be built (${error instanceof Error ? error.message : String(error)}). The JSON API works without it.`,
    )
  }
  if (nodeCount === 1) return
  await addNodes(nodeCount, environment, running, stopping)
}

async function addNodes(count: number, { cacheDirectory }: Environment, running: RunningServer, stopping: Stopping) {
  // Its signal may have come while the page was built.
  if (stopping.hasBegun()) return
  const nodes = startNodes({
    count,
    environment: { CACHE_DIR: cacheDirectory },
    redisUrl: () => running.rooms.redis.url(),
  })
  stopping.others.push(nodes)
  let peers: readonly Peer[]
  try {
    peers = await nodes.peers
  } catch (error) {
    if (stopping.hasBegun()) return
    await running.close()
    throw error
  }
  running.rooms.nodes.meet(peers)
  console.log(peers.map(({ name, address }) => `    ${name}    ${address}`).join('\n'))
  console.log(`\n  What each holds: ${running.address}/nodes\n`)
}

/** A further node says where it is, and ends with the server that started it. */
async function beNode(environment: Environment, name: string): Promise<void> {
  const running = await startServer(environment, { name, firstNodesRedis: redisOfFirstNode() })
  stopOnSignal(running)
  process.once('disconnect', () => {
    running.close().then(() => process.exit(0), fail)
  })
  process.send?.({ address: running.address })
}

interface Stopping {
  /** Where to put what else has to be closed. */
  readonly others: Pick<NodeProcesses, 'close'>[]
  hasBegun(): boolean
}

function stopOnSignal(running: RunningServer): Stopping {
  const others: Pick<NodeProcesses, 'close'>[] = []
  let stoppingSinceMs: number | undefined
  const stop = (): void => {
    if (stoppingSinceMs !== undefined) {
      if (performance.now() - stoppingSinceMs > ECHO_MS) process.exit(1)
      return
    }
    stoppingSinceMs = performance.now()
    console.log('\n  Stopping; once more to stop at once.')
    Promise.all(others.map((other) => other.close()))
      .then(() => running.close())
      .catch(fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return { others, hasBegun: () => stoppingSinceMs !== undefined }
}

/** What the user can put right is one line; anything else keeps its stack. */
function fail(error: unknown): void {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exitCode = 1
}

// Whoever read what is printed may stop reading (`demo | head`): the server goes on.
process.stdout.on('error', () => undefined)
main().catch(fail)
