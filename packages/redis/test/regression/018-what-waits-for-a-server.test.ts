/**
 * Regression: what waited for a connection was kept, value and all, until there was one, though it had been given up long before: while a server
 * was away memory grew with every call. And on a client of the user's own each backend that was closed meanwhile left its listeners behind.
 */
import { EventEmitter } from 'node:events'
import { TimeoutError } from '@stowage/core'
import { collectGarbage } from '@stowage/test-servers/heap'
import { expect, it } from 'vitest'
import { Wire } from '../../src/wire.ts'
import { standInClient } from '../stand-in-client.ts'

const TIMEOUT_MS = 10

function world() {
  const events = new EventEmitter()
  const sent: string[] = []
  const answering = standInClient(async (command, name) => {
    if (command === 'get') sent.push(String(name))
    return 'done'
  })
  const client = {
    ...answering,
    status: 'connecting',
    on: (event: string, listener: (...args: unknown[]) => void) => events.on(event, listener),
    off: (event: string, listener: (...args: unknown[]) => void) => events.off(event, listener),
  }
  const become = (status: string): void => {
    client.status = status
    events.emit(status)
  }
  return { wire: new Wire(client, TIMEOUT_MS), events, sent, become }
}

/** A reference to the value of a set that is given up. */
async function givenUp(wire: Wire): Promise<WeakRef<Buffer>> {
  const bytes = Buffer.alloc(100_000)
  const thrown: unknown = await wire.call(['set', 'key', bytes]).catch((error: unknown) => error)
  expect(thrown instanceof TimeoutError).toBe(true)
  return new WeakRef(bytes)
}

it('a value that has been given up is not kept while there is no connection', async () => {
  const { wire } = world()
  const values = [await givenUp(wire), await givenUp(wire)]
  await expect
    .poll(() => {
      collectGarbage()
      return values.filter((value) => value.deref() !== undefined).length
    })
    .toBe(0)
})

it('who has been given up leaves nothing on the client, and who still waits is sent', async () => {
  const { wire, events, sent, become } = world()
  const count = (): number => events.listenerCount('ready') + events.listenerCount('end')
  const own = count()
  await givenUp(wire)
  expect(count()).toBe(own)
  const waiting = [wire.call(['get', 'a']), wire.call(['get', 'b'])]
  expect(count()).toBeGreaterThan(own)
  become('ready')
  await Promise.all(waiting)
  expect(sent).toEqual(['a', 'b'])
  expect(count()).toBe(own)
})

it('who waits for a client that comes to its end is told so', async () => {
  const { wire, become } = world()
  const waiting = wire.call(['get', 'a'])
  become('end')
  await expect(waiting).rejects.toThrow('the client has been disconnected')
})
