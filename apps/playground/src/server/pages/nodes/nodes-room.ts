/** All nodes as one of them sees them, and how long the others still serve what one of them invalidates. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Cache } from '@stowage/core'
import { RequestError } from '../../problem.ts'
import { type AskedView, type NearView, NodeEntries } from './near-view.ts'
import { lineTo, type NodeLine, type Peer } from './peer.ts'

interface NodeState {
  readonly name: string
  readonly address: string | null
  /** Null: it does not answer. */
  readonly view: NearView | null
}

interface Crossing {
  readonly name: string
  /** From the moment the invalidation was acknowledged; null when it was still served at the end. */
  readonly forgotMs: number | null
  /** How many of the entries it served before; null: it does not answer. */
  readonly servedCount: number | null
}

export interface NodesRoom {
  readonly own: NodeEntries
  readonly name: string
  /** Told once the others are up. */
  meet(peers: readonly Peer[]): void
  states(): Promise<readonly NodeState[]>
  askAt(name: string): Promise<AskedView>
  invalidateAt(name: string): Promise<readonly Crossing[]>
}

const LOOK_INTERVAL_MS = 5
const LONGEST_MS = 3_000

export function openNodes(name: string, cache: Cache, backend: () => string): NodesRoom {
  const own = new NodeEntries(name, cache, backend)
  const here: NodeLine = {
    name,
    address: '',
    view: async () => own.view(),
    servedCount: () => own.servedCount(),
    ask: () => own.ask(),
    invalidate: () => own.invalidate(),
  }
  let lines: readonly NodeLine[] = [here]

  function line(wanted: string): NodeLine {
    const found = lines.find((each) => each.name === wanted)
    if (found === undefined) throw new RequestError(404, `there is no ${JSON.stringify(wanted)}`)
    return found
  }

  return {
    own,
    name,
    meet(peers) {
      lines = [here, ...peers.map(lineTo)]
    },
    states: () =>
      Promise.all(
        lines.map(async (each) => ({
          name: each.name,
          address: each.address === '' ? null : each.address,
          view: await each.view().catch(() => null),
        })),
      ),
    askAt: (wanted) => line(wanted).ask(),
    async invalidateAt(wanted) {
      const before = await Promise.all(lines.map(async (each) => ({ each, servedCount: await served(each) })))
      await line(wanted).invalidate()
      const acknowledgedAtMs = performance.now()
      return Promise.all(
        before.map(async ({ each, servedCount }) => ({
          name: each.name,
          servedCount,
          forgotMs: servedCount === null ? null : await forgotten(each, acknowledgedAtMs),
        })),
      )
    },
  }
}

/** Null: it cannot be asked. */
function served(line: NodeLine): Promise<number | null> {
  return line.servedCount().catch(() => null)
}

async function forgotten(line: NodeLine, sinceMs: number): Promise<number | null> {
  while (performance.now() - sinceMs < LONGEST_MS) {
    if ((await served(line)) === 0) return performance.now() - sinceMs
    await pause(LOOK_INTERVAL_MS)
  }
  return null
}
