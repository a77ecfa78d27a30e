/**
 * Regression: in a Cluster, where a server took another's place while a process was on its first trip, what waited for the one and what waited
 * for the other passed each other: a deletion was carried out ahead of a set that had been asked for before it, and the value stayed.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { ClusterClient } from '../../src/client.ts'
import { Layout } from '../../src/layout.ts'
import { Partition } from '../../src/partition.ts'
import { REMOVE, SET } from '../../src/scripts/entry.ts'
import { NEWS } from '../../src/scripts/marks.ts'
import { Wire } from '../../src/wire.ts'

const EPOCH = Buffer.from('abcdefgh 0 0 0')
const [place] = new Layout('', true).places
const NAME = `${place?.entries}key`

/** A partition on a Cluster in which nothing is answered before it is said so. */
function world() {
  const slots: string[][] = []
  const become = (server: string): void => {
    slots[place?.slot ?? 0] = [server]
  }
  const waiting = new Map<string, () => void>()
  const sent: string[] = []
  const answerOf = (what: string): Promise<unknown> => {
    sent.push(what)
    const { promise, resolve } = Promise.withResolvers<unknown>()
    waiting.set(what, () => resolve(what === 'news' ? [EPOCH, 1, [], []] : what === 'set' ? EPOCH : [EPOCH, null]))
    return promise
  }
  let removalCount = 0
  const client: ClusterClient = {
    status: 'ready',
    options: {},
    slots,
    callBuffer(command, script) {
      if (script === SET.text) return answerOf('set')
      if (script === NEWS.sha) return answerOf('news')
      if (script === REMOVE.text) return answerOf(`removal ${++removalCount}`)
      return answerOf(command)
    },
    pipeline: () => ({ callBuffer: () => undefined, exec: async () => null }),
    connect: async () => undefined,
    disconnect: () => undefined,
    on: () => undefined,
    off: () => undefined,
    listenerCount: () => 0,
    nodes: () => [],
    refreshSlotsCache: () => undefined,
  }
  if (place === undefined) throw new Error('a Cluster has places')
  become('the old one')
  const partition = new Partition(new Wire(client, 10_000), place)
  const answered = async (what: string): Promise<void> => {
    await turn()
    waiting.get(what)?.()
    await turn()
  }
  const asked = {
    set: () => partition.begun(() => partition.set(NAME, Buffer.from('value'), '1000')),
    removal: () => partition.change(REMOVE, [NAME], []),
    read: () => partition.read(NAME, () => undefined),
  }
  return { become, sent, answered, asked }
}

it.each([
  ['the first trip', ['news', 'removal 1']],
  ['what makes it good', ['removal 1', 'news']],
])(
  'deletions stay behind a set when another server comes during the first trip, and %s is answered first',
  async (_, order) => {
    const { become, sent, answered, asked } = world()
    const all = [asked.set(), asked.removal()]
    await turn()
    become('the new one')
    all.push(asked.read(), asked.removal())
    await turn()
    expect(sent).toEqual(['news', 'removal 1'])
    for (const what of [...order, 'set', 'removal 2', 'removal 3', 'mget']) await answered(what)
    expect(sent.filter((what) => what !== 'mget')).toEqual(['news', 'removal 1', 'set', 'removal 2', 'removal 3'])
    await Promise.all(all)
  },
)

it('a deletion stays behind a set when the first trip begins while another server is made good', async () => {
  const { become, sent, answered, asked } = world()
  const first = asked.removal()
  await answered('removal 1')
  await first
  become('the new one')
  const all = [asked.read(), asked.set(), asked.removal()]
  await turn()
  expect(sent).toEqual(['removal 1', 'removal 2'])
  for (const what of ['removal 2', 'news', 'set', 'removal 3', 'mget']) await answered(what)
  expect(sent.filter((what) => what !== 'mget')).toEqual(['removal 1', 'removal 2', 'news', 'set', 'removal 3'])
  await Promise.all(all)
})
