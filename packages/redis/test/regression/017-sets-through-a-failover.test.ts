/**
 * Regression: on one server, a set that waited for the first trip of its process was overtaken by a later set of the same key, which was asked
 * for when the trip was over and another server was still made good, or in the moment in which the trip ended: the older value stayed.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Argument, ServerClient } from '../../src/client.ts'
import { Layout } from '../../src/layout.ts'
import { Partition } from '../../src/partition.ts'
import { REMOVE, SET } from '../../src/scripts/entry.ts'
import { NEWS } from '../../src/scripts/marks.ts'
import { Wire } from '../../src/wire.ts'
import { newsOf } from '../told-cluster.ts'

const NAME = 'key'
const EPOCH = 'abcdefgh 0 0 0'
const VALUES: readonly string[] = ['first', 'second', 'third']

/** One server, and then another. It answers everything but what is kept back. */
function world(kept: readonly string[]) {
  const scripts = new Map<unknown, string>([
    [NEWS.sha, 'news'],
    [REMOVE.text, 'removal'],
    [SET.text, 'sets'],
  ])
  const replies = new Map<string, unknown>([
    ['news', newsOf(EPOCH, true)],
    ['removal', [Buffer.from(EPOCH), null]],
    ['mget', [Buffer.from(EPOCH)]],
    ['sets', Buffer.from(EPOCH)],
    ['client', 1],
  ])
  const listeners = new Map<string, () => void>()
  const keptBack = new Map<string, () => void>()
  const values: string[] = []
  let server = 'the first'
  const client: ServerClient = {
    status: 'ready',
    options: {},
    async callBuffer(command: string, ...args: readonly (Argument | number)[]) {
      const what = scripts.get(args[0]) ?? command
      if (what === 'info') return `run_id:${server}`
      if (what === 'set' || what === 'sets') values.push(...args.map(String).filter((arg) => VALUES.includes(arg)))
      if (kept.includes(what)) await new Promise<void>((resolve) => keptBack.set(what, resolve))
      return replies.get(what) ?? 'OK'
    },
    pipeline: () => ({ callBuffer: () => undefined, exec: async () => null }),
    connect: async () => undefined,
    disconnect: () => undefined,
    on: (event, listener) => listeners.set(event, listener),
    off: () => undefined,
    listenerCount: () => 0,
    duplicate: () => {
      throw new Error('nobody listens')
    },
  }
  const [place] = new Layout('', false).places
  if (place === undefined) throw new Error('a server has one place')
  const partition = new Partition(new Wire(client, 10_000), place)
  return {
    partition,
    values,
    set: (value: string) => {
      const send = (): Promise<string> => partition.set(NAME, Buffer.from(value), '1000')
      return partition.knownMoment === undefined ? partition.begun(send) : send()
    },
    become: (name: string) => {
      server = name
      listeners.get('close')?.()
      listeners.get('ready')?.()
    },
    answer: (what: string) => keptBack.get(what)?.(),
  }
}

it('a set stays behind the one before it when another server comes during the first trip', async () => {
  const { partition, values, set, become, answer } = world(['news', 'removal'])
  await turn()
  const removed = partition.change(REMOVE, [NAME], [])
  await turn()
  answer('removal')
  await removed
  const all: Promise<unknown>[] = [set('first')]
  await turn()
  become('the_second')
  await turn()
  all.push(set('second'))
  await turn()
  answer('news')
  await turn()
  expect(partition.knownMoment, 'what one server has told while another is made good is not known').toBeUndefined()
  all.push(set('third'))
  await turn()
  answer('removal')
  await turn()
  answer('news')
  await Promise.all(all)
  expect(values).toEqual(['first', 'second', 'third'])
})

it('a set stays behind the one before it when it comes in the moment in which the first trip ends', async () => {
  const { partition, values, set, answer } = world(['news'])
  await turn()
  const first = set('first')
  await turn()
  answer('news')
  while (partition.knownMoment === undefined) await Promise.resolve()
  await Promise.all([first, set('second')])
  expect(values).toEqual(['first', 'second'])
})
