/** When a call is sent, when it is not, and what it is told. */
import { setImmediate as turn } from 'node:timers/promises'
import { TimeoutError } from '@stowage/core'
import { expect, test } from 'vitest'
import type { ClusterClient } from '../src/client.ts'
import { Wire } from '../src/wire.ts'
import { standInClient } from './stand-in-client.ts'
import { toldServer } from './told-server.ts'

const MAX_PENDING = 100_000

/** A server that answers what the test lets it. */
function world(timeoutMs: number) {
  const asked = new Map<string, (reply: unknown) => void>()
  const told = toldServer((command, name) => {
    if (command !== 'get') return Promise.resolve('run_id:one')
    return new Promise((resolve) => asked.set(String(name), resolve))
  })
  return { ...told, wire: new Wire(told.server, timeoutMs), answer: (name: string) => asked.get(name)?.('value') }
}

test('a client that connects when it is needed is told to, and one that has ended says so at once', async () => {
  const { server, events, answer } = world(10_000)
  server.status = 'wait'
  let isAsked = false
  server.connect = async () => {
    isAsked = true
  }
  const wire = new Wire(server, 10_000)
  const call = wire.call(['get', 'a'])
  expect(isAsked).toBe(true)
  server.status = 'ready'
  events.emit('ready')
  await turn()
  answer('a')
  expect(await call).toBe('value')
  server.status = 'end'
  await expect(wire.call(['get', 'b'])).rejects.toThrow('the client has been disconnected')
})

test('what is answered too late is over once, and closing waits for the others', async () => {
  const { wire, answer } = world(10)
  await expect(wire.call(['get', 'late'])).rejects.toThrow(TimeoutError)
  const call = wire.call(['get', 'other'])
  let isClosed = false
  const closing = wire.close().then(() => {
    isClosed = true
  })
  answer('late')
  await Promise.resolve()
  await Promise.resolve()
  expect(isClosed).toBe(false)
  answer('other')
  await Promise.allSettled([call, closing])
  expect(isClosed).toBe(true)
})

test('calls that wait are bounded, and one that is over makes room', async () => {
  const { wire, answer } = world(60_000)
  await turn()
  const calls = Array.from({ length: MAX_PENDING }, (_, at) => wire.call(['get', String(at)]))
  await expect(wire.call(['get', 'more'])).rejects.toThrow(`more than ${MAX_PENDING} calls wait for the server`)
  answer('0')
  expect(await calls[0]).toBe('value')
  const next = wire.call(['get', 'next'])
  answer('next')
  expect(await next).toBe('value')
})

test.each([
  ['Connection is closed.', 1],
  ['CLUSTERDOWN The cluster is down', 1],
  ['ERR unknown command', 0],
])('where a server of a Cluster is lost (%s), the others are asked who has its place', async (message, count) => {
  let askedCount = 0
  const failing = standInClient(async () => {
    throw new Error(message)
  })
  const client: ClusterClient = {
    ...failing,
    slots: [],
    nodes: () => [],
    refreshSlotsCache: () => {
      askedCount += 1
    },
  }
  await expect(new Wire(client, 10_000).call(['get', 'a'])).rejects.toThrow(message)
  expect(askedCount).toBe(count)
})
