/** On a new connection nothing is asked before the server has said who it is: another may lack what was changed last. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { HEADS } from '../src/scripts/entry.ts'
import { Wire } from '../src/wire.ts'
import { standInClient } from './stand-in-client.ts'

function world() {
  const sent: string[] = []
  const failures = new Map<string, string>()
  const info = Promise.withResolvers<unknown>()
  const client = standInClient((...command) => {
    sent.push(command.slice(0, 2).join(' '))
    const failure = failures.get(command[0])
    failures.delete(command[0])
    if (failure !== undefined) return Promise.reject(new Error(failure))
    return command[0] === 'info' ? info.promise : Promise.resolve('done')
  })
  const fail = (command: string, failure: string) => failures.set(command, failure)
  return { wire: new Wire(client, 10_000), sent, info, fail }
}

it('calls wait for it, in their order', async () => {
  const { wire, sent, info } = world()
  const first = wire.call(['get', 'a'])
  await turn()
  expect(sent).toEqual(['client id', 'info server'])
  const second = wire.call(['get', 'b'])
  info.resolve('run_id:abc')
  await Promise.all([first, second, wire.call(['get', 'c'])])
  expect(sent).toEqual(['client id', 'info server', 'get a', 'get b', 'get c'])
  expect(wire.serverOf(undefined)).toBe('abc')
})

it('nor does one that comes as it is known pass those that waited', async () => {
  const { wire, sent, info } = world()
  const calls = [wire.call(['get', '-1'])]
  await turn()
  info.resolve('run_id:abc')
  for (let hop = 0; hop < 20; hop++) {
    calls.push(wire.call(['get', String(hop)]))
    await Promise.resolve()
  }
  await Promise.all(calls)
  expect(sent.slice(2)).toEqual(Array.from({ length: 21 }, (_, at) => `get ${at - 1}`))
})

it('a script that fails is not sent again, unless it was not known', async () => {
  const { wire, sent, info, fail } = world()
  info.resolve('run_id:abc')
  fail('evalsha', 'Connection is closed.')
  await expect(wire.run(HEADS, [], [])).rejects.toThrow('Connection is closed.')
  fail('evalsha', 'NOSCRIPT No matching script.')
  expect(await wire.run(HEADS, [], [])).toBe('done')
  expect(sent.slice(2).map((command) => command.split(' ')[0])).toEqual(['evalsha', 'evalsha', 'eval'])
})

it('closing waits for what is under way', async () => {
  const { wire, sent, info } = world()
  const calls = [wire.call(['get', 'a'])]
  let isClosed = false
  const closing = wire.close().then(() => {
    isClosed = true
  })
  await turn()
  expect(isClosed).toBe(false)
  info.resolve('run_id:abc')
  await Promise.all([...calls, closing])
  expect(sent.at(-1)).toBe('get a')
})

it('one that does not say so is used, and is another each time', async () => {
  const { wire, sent, info } = world()
  const call = wire.call(['get', 'a'])
  info.reject(new Error('NOPERM'))
  await call
  expect(sent.at(-1)).toBe('get a')
  expect(wire.serverOf(undefined)).toBe('unnamed 1')
})
