/**
 * Regression: after a failover or a restart a process ended a connection of somebody else: the number that its lost connection had on the one server
 * is given to another's on the next, to a process that works there or to a replica.
 */
import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Wire } from '../../src/wire.ts'
import { standInClient } from '../stand-in-client.ts'

function world() {
  const events = new EventEmitter()
  const sent: string[] = []
  let runId = 'one'
  let id = 0
  let isSilent = false
  const client = {
    ...standInClient(async (...command) => {
      const text = command.join(' ')
      if (text === 'client id') return ++id
      if (text === 'info server') return isSilent ? new Promise(() => undefined) : `run_id:${runId}`
      sent.push(text)
      return 'done'
    }),
    on: (event: string, listener: (...args: unknown[]) => void) => events.on(event, listener),
    off: (event: string, listener: (...args: unknown[]) => void) => events.off(event, listener),
  }
  const lose = (): void => {
    client.status = 'close'
    events.emit('close')
  }
  const connect = async (): Promise<void> => {
    client.status = 'ready'
    events.emit('ready')
    await turn()
  }
  return {
    wire: new Wire(client, 10_000),
    sent,
    lose,
    connect,
    become: (server: string) => {
      runId = server
    },
    beSilent: (silent: boolean) => {
      isSilent = silent
    },
  }
}

it('what is ended first on a new connection is the lost one, ahead of who waits', async () => {
  const { wire, sent, lose, connect } = world()
  await wire.call(['get', 'a'])
  lose()
  const waiting = wire.call(['get', 'b'])
  await connect()
  await waiting
  expect(sent).toEqual(['get a', 'client kill id 1', 'get b'])
  lose()
  await connect()
  expect(sent.slice(3)).toEqual(['client kill id 2'])
})

it('on another server nothing is ended', async () => {
  const { wire, sent, lose, connect, become } = world()
  await wire.call(['get', 'a'])
  lose()
  become('two')
  const waiting = wire.call(['get', 'b'])
  await connect()
  await waiting
  expect(sent).toEqual(['get a', 'get b'])
})

it('one is ended also where the next was lost before it was of use', async () => {
  const { wire, sent, lose, connect, beSilent } = world()
  await wire.call(['get', 'a'])
  lose()
  beSilent(true)
  await connect()
  lose()
  beSilent(false)
  const waiting = wire.call(['get', 'b'])
  await connect()
  await waiting
  expect(sent).toEqual(['get a', 'client kill id 1', 'get b'])
})
