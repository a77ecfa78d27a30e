/** A partition in a Cluster whose servers are the test: nothing is answered before it says so, and what it says. */
import { setImmediate as turn } from 'node:timers/promises'
import type { ClusterClient } from '../src/client.ts'
import { Layout } from '../src/layout.ts'
import { Partition } from '../src/partition.ts'
import { AGE, HEADS, REMOVE, SET } from '../src/scripts/entry.ts'
import { INVALIDATE, MARKS_OF, NEWS } from '../src/scripts/marks.ts'
import { Wire } from '../src/wire.ts'

const SCRIPTS = new Map<unknown, string>([
  [SET.text, 'set'],
  [REMOVE.text, 'removal'],
  [AGE.sha, 'age'],
  [HEADS.sha, 'heads'],
  [NEWS.sha, 'news'],
  [MARKS_OF.sha, 'marks'],
  [INVALIDATE.text, 'mark'],
])

export interface ToldCluster {
  readonly partition: Partition
  /** Everything that was sent, in its order: the name of the script or of the command. */
  readonly sent: readonly string[]
  /** Another server answers from now on. */
  readonly become: (server: string) => void
  /** The client has been told who has which slot. */
  readonly refresh: () => void
  /** The client has lost all servers, until it is ready again. */
  readonly lose: () => void
  readonly ready: () => void
  /** Answers the first that was sent of its kind and has no answer yet. */
  readonly answer: (what: string, reply: unknown) => Promise<void>
  readonly fail: (what: string) => Promise<void>
}

interface Asked {
  readonly what: string
  readonly resolve: (reply: unknown) => void
  readonly reject: (reason: Error) => void
}

export function toldCluster(): ToldCluster {
  const [place] = new Layout('', true).places
  if (place?.slot === undefined) throw new Error('a Cluster has places in slots')
  const { slot } = place
  const slots: string[][] = []
  const become = (server: string): void => {
    slots[slot] = [server]
  }
  become('the first')
  const sent: string[] = []
  const asked: Asked[] = []
  const listeners = new Map<string, () => void>()
  let status = 'ready'
  const client: ClusterClient = {
    get status() {
      return status
    },
    options: {},
    slots,
    callBuffer(command, script) {
      const what = SCRIPTS.get(script) ?? command
      sent.push(what)
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      asked.push({ what, resolve, reject })
      return promise
    },
    pipeline: () => ({ callBuffer: () => undefined, exec: async () => null }),
    connect: async () => undefined,
    disconnect: () => undefined,
    on: (event, listener) => listeners.set(event, listener),
    off: () => undefined,
    listenerCount: () => 0,
    nodes: () => [],
    refreshSlotsCache: () => undefined,
  }
  const first = async (what: string): Promise<Asked> => {
    await turn()
    const at = asked.findIndex((each) => each.what === what)
    const [found] = at < 0 ? [] : asked.splice(at, 1)
    if (found === undefined) throw new Error(`no ${what} waits for an answer; sent: ${sent.join(', ')}`)
    return found
  }
  return {
    partition: new Partition(new Wire(client, 10_000), place),
    sent,
    become,
    refresh: () => listeners.get('refresh')?.(),
    lose: () => {
      status = 'reconnecting'
    },
    ready: () => {
      status = 'ready'
      listeners.get('ready')?.()
    },
    answer: async (what, reply) => {
      ;(await first(what)).resolve(reply)
      await turn()
    },
    fail: async (what) => {
      ;(await first(what)).reject(new Error(`${what} failed`))
      await turn()
    },
  }
}

/** What {@link NEWS} answers. @param tags newest first where it is all, else oldest first */
export function newsOf(
  epoch: string,
  isAll: boolean,
  tags: readonly (readonly [tag: string, count: number])[] = [],
): unknown {
  const marks = tags.flatMap(([tag, count]) => [Buffer.from(`t${tag}`), Buffer.from(String(count))])
  return [Buffer.from(epoch), isAll ? 1 : 0, marks, []]
}
