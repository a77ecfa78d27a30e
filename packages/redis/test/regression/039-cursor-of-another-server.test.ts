/**
 * Regression: a walk over all keys was carried on with the cursor of one server at the next, to which it is another place: an invalidation by
 * pattern resolved through a failover, and entries that it covers stayed.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openStore } from '../../src/open-store.ts'
import { planRedis } from '../../src/options.ts'
import { allSightings, type Batch, sightings } from '../../src/sighting.ts'
import type { Store } from '../../src/store.ts'
import { toldServer } from '../told-server.ts'

const SETTINGS = { commandTimeout: 1, socketTimeout: 2, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false }
/** By server, in the order in which it tells of them: one with each answer, the cursor is the place of the next. */
const KEYS = new Map([
  ['the_first', ['a', 'b', 'c']],
  ['the_second', ['c', 'a', 'b']],
])

/** A server, and after `become` another. Who it is, it says later than what was asked again. */
function world(asked: (cursor: string) => void = () => undefined) {
  let name = 'the_first'
  const { server: client, events } = toldServer(async (command, cursor) => {
    if (command === 'info') {
      const said = `run_id:${name}`
      await turn()
      return said
    }
    if (command !== 'scan') return 'OK'
    asked(String(cursor))
    const keys = KEYS.get(name) ?? []
    const key = keys[Number(cursor)] ?? ''
    const next = (Number(cursor) + 1) % keys.length
    return [Buffer.from(String(next)), [Buffer.from(store.partitionOf(key).nameOf(key))]]
  })
  const options = { client: Object.assign(client, { options: SETTINGS }), timeout: '10s' } as const
  const { store } = openStore(options, planRedis(options), () => undefined)
  return {
    store,
    become: (next: string) => {
      events.emit('close')
      name = next
      events.emit('ready')
    },
  }
}

it.each<[string, (store: Store, prefix: string) => AsyncGenerator<Batch>]>([
  ['every sighting', allSightings],
  ['each once', sightings],
])('another server is walked over from the beginning: %s', async (_, walk) => {
  const { store, become } = world()
  const seen: string[] = []
  for await (const { keys } of walk(store, '')) {
    if (seen.length === 0) become('the_second')
    seen.push(...keys)
  }
  expect(new Set(seen)).toEqual(new Set(['a', 'b', 'c']))
})

it('also where it answered last, and had not said who it is', async () => {
  let hasChanged = false
  const { store, become } = world((cursor) => {
    if (cursor !== '2' || hasChanged) return
    hasChanged = true
    become('the_second')
  })
  const seen: string[] = []
  for await (const { keys } of allSightings(store, '')) seen.push(...keys)
  expect(seen).toEqual(['a', 'b', 'b', 'c', 'a', 'b'])
})

it('the same server, which is connected to anew, is walked over once', async () => {
  const { store, become } = world()
  const seen: string[] = []
  for await (const { keys } of allSightings(store, '')) {
    become('the_first')
    seen.push(...keys)
  }
  expect(seen).toEqual(['a', 'b', 'c'])
})
