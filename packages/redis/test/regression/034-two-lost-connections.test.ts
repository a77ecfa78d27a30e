/**
 * Regression: a connection that was lost was ended on the server by the next one only, so that where that was lost as well, before the server had
 * heard of it, nobody did: what was still on its way on the first was carried out after newer writes, and brought back what had been deleted.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Wire } from '../../src/wire.ts'
import { toldServer } from '../told-server.ts'

/** Connections have their numbers in their order. */
function world() {
  const kills: string[] = []
  let id = 0
  let runId = 'one'
  let hearKill = async (): Promise<unknown> => 1
  const { server, events, lose } = toldServer(async (...command) => {
    const text = command.join(' ')
    if (text === 'client id') return ++id
    if (text === 'info server') return `run_id:${runId}`
    kills.push(text)
    return hearKill()
  })
  new Wire(server, 10_000)
  return {
    lose,
    /** Another connection. @returns what is ended on it */
    connect: async (): Promise<readonly string[]> => {
      server.status = 'ready'
      events.emit('ready')
      await turn()
      return kills.splice(0).map((kill) => kill.replace('client kill id ', ''))
    },
    become: (next: string) => {
      runId = next
    },
    /** What becomes of an attempt to end one. */
    hear: (next: () => Promise<unknown>) => {
      hearKill = next
    },
  }
}

const failing = (message: string) => async (): Promise<never> => {
  throw new Error(message)
}

async function withTwoLost() {
  const told = world()
  const { lose, connect, hear } = told
  await turn()
  lose()
  hear(failing('Connection is closed.'))
  expect(await connect()).toEqual(['1'])
  lose()
  return told
}

it('those of which the server has not heard are all ended by the next', async () => {
  const { lose, connect, hear } = await withTwoLost()
  hear(async () => 1)
  expect(await connect()).toEqual(['1', '2'])
  lose()
  expect(await connect(), 'the server has answered for those before').toEqual(['3'])
})

it('one that the server refuses to end is not tried again', async () => {
  const { lose, connect, hear } = await withTwoLost()
  hear(failing("NOPERM this user has no permissions to run the 'client|kill' command"))
  expect(await connect()).toEqual(['1', '2'])
  lose()
  expect(await connect()).toEqual(['3'])
})

it('on another server they are not ended, and on their own when it is back', async () => {
  const { lose, connect, become, hear } = await withTwoLost()
  hear(async () => 1)
  become('two')
  expect(await connect()).toEqual([])
  lose()
  become('one')
  expect(await connect()).toEqual(['1', '2'])
  lose()
  become('two')
  expect(await connect()).toEqual(['3'])
})
