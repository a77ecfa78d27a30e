/**
 * Regression: a set that waited for the connection was sent to the new master ahead of what makes that good, which removed it again: it was
 * acknowledged, and the next read found nothing.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { Partition } from '../../src/partition.ts'
import { REMOVE } from '../../src/scripts/entry.ts'
import { INVALIDATE } from '../../src/scripts/marks.ts'
import { Wire } from '../../src/wire.ts'
import { toldCluster } from '../told-cluster.ts'
import { toldServer } from '../told-server.ts'

const MADE_GOOD_TOGETHER = 512
const EPOCH = Buffer.from('abcdefgh 0 0 0')
const VALUE = Buffer.from('value')
const SCRIPTS = new Map<unknown, string>([
  [REMOVE.text, 'removal'],
  [INVALIDATE.text, 'mark'],
])

it('on one server a set that waited for the connection is behind all that makes it good', async () => {
  const sent: string[] = []
  let runId = 'one'
  const replies = new Map<string, unknown>([
    ['mget', [EPOCH]],
    ['mark', EPOCH],
  ])
  const { server, events, lose } = toldServer(async (command, script) => {
    const what = SCRIPTS.get(script) ?? command
    if (what === 'client') return 1
    if (what === 'info') return `run_id:${runId}`
    sent.push(what)
    return replies.get(what) ?? 'OK'
  })
  const [place] = new Layout('', false).places
  if (place === undefined) throw new Error('a server has one place')
  const partition = new Partition(new Wire(server, 10_000), place)
  await turn()
  const names = Array.from({ length: MADE_GOOD_TOGETHER }, (_, at) => `key ${at}`)
  await Promise.all([partition.change(REMOVE, names, []), partition.invalidate(['tt'])])
  lose()
  server.status = 'reconnecting'
  const set = partition.set('key', VALUE, '1000')
  await turn()
  sent.splice(0)
  runId = 'two'
  server.status = 'ready'
  events.emit('ready')
  await set
  expect(sent).toEqual(['removal', 'removal', 'mark', 'mget', 'set'])
})

it('so it is in a Cluster of which all servers were lost', async () => {
  const { partition, become, refresh, lose, ready, sent, answer } = toldCluster()
  const removed = partition.change(REMOVE, ['key'], [])
  await answer('removal', [])
  await removed
  lose()
  const set = partition.set('key', VALUE, '1000')
  await turn()
  become('the second')
  refresh()
  ready()
  await answer('set', EPOCH)
  await set
  expect(sent).toEqual(['removal', 'removal', 'set'])
})
