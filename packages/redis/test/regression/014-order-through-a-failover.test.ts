/**
 * Regression: in a Cluster, where a server took another's place while a process was on its first trip, what waited for the one and what waited
 * for the other passed each other: a deletion was carried out ahead of a set that had been asked for before it, and the value stayed.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { REMOVE } from '../../src/scripts/entry.ts'
import { newsOf, toldCluster } from '../told-cluster.ts'

const NAME = 'key'
const EPOCH = 'abcdefgh 0 0 0'
const REPLIES = new Map<string, unknown>([
  ['news', newsOf(EPOCH, true)],
  ['set', Buffer.from(EPOCH)],
])

function world() {
  const { partition, become, sent, answer } = toldCluster()
  const answered = (what: string): Promise<void> => answer(what, REPLIES.get(what) ?? [Buffer.from(EPOCH), null])
  const asked = {
    set: () => partition.begun(() => partition.set(NAME, Buffer.from('value'), '1000')),
    removal: () => partition.change(REMOVE, [NAME], []),
    read: () => partition.read(NAME, () => undefined),
  }
  return { become, sent, answered, asked }
}

it.each([
  ['the first trip', ['news', 'removal', 'news']],
  ['what makes it good', ['removal', 'news', 'news']],
])(
  'deletions stay behind a set when another server comes during the first trip, and %s is answered first',
  async (_, order) => {
    const { become, sent, answered, asked } = world()
    const all = [asked.set(), asked.removal()]
    await turn()
    become('the new one')
    all.push(asked.read(), asked.removal())
    await turn()
    expect(sent).toEqual(['news', 'removal'])
    for (const what of [...order, 'set', 'removal', 'removal', 'mget']) await answered(what)
    expect(sent.filter((what) => what !== 'mget')).toEqual(['news', 'removal', 'news', 'set', 'removal', 'removal'])
    await Promise.all(all)
  },
)

it('a deletion stays behind a set when the first trip begins while another server is made good', async () => {
  const { become, sent, answered, asked } = world()
  const first = asked.removal()
  await answered('removal')
  await first
  become('the new one')
  const all = [asked.read(), asked.set(), asked.removal()]
  await turn()
  expect(sent).toEqual(['removal', 'removal'])
  for (const what of ['removal', 'news', 'set', 'removal', 'mget']) await answered(what)
  expect(sent.filter((what) => what !== 'mget')).toEqual(['removal', 'removal', 'news', 'set', 'removal'])
  await Promise.all(all)
})
