/**
 * In a Cluster, writes that waited for their turn behind a server that did not answer were all sent in the end, each of them for as long as a
 * call may take and long after it had been given up: deletions of one key, and invalidations, came to an end minutes after the server was back.
 */
import { expect, it } from 'vitest'
import type { Deadline } from '../../src/deadlines.ts'
import { WriteTurns } from '../../src/write-turns.ts'

function world() {
  const waits: Deadline[] = []
  const sent: string[] = []
  const begin = (): Deadline => {
    const wait = { isOver: false }
    waits.push(wait)
    return wait
  }
  const turns = new WriteTurns({ begin, overrun: () => new Error('too late') })
  const send = (what: string) => (): Promise<string> => {
    sent.push(what)
    return Promise.resolve(what)
  }
  const slow = Promise.withResolvers<string>()
  const giveUpAll = (): void => {
    for (const wait of waits) wait.isOver = true
  }
  return { turns, sent, send, slow, giveUpAll }
}

it('what has waited too long for its turn is not sent', async () => {
  const { turns, sent, send, slow, giveUpAll } = world()
  const first = turns.take('a', () => slow.promise)
  const late = [turns.take('a', send('deletion')), turns.set('a', send('set')), turns.takeAll(send('mark'))]
  const told = Promise.allSettled(late)
  giveUpAll()
  slow.reject(new Error('no answer'))
  await expect(first).rejects.toThrow('no answer')
  expect((await told).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(sent).toEqual([])
  expect(await turns.take('a', send('next'))).toBe('next')
})

it('a set that joins one waiting longer has a time of its own', async () => {
  const { turns, sent, send, slow, giveUpAll } = world()
  const first = turns.take('a', () => slow.promise)
  const waiting = turns.set('a', send('older'))
  giveUpAll()
  const joined = turns.set('a', send('newer'))
  slow.resolve('done')
  expect(await Promise.all([first, waiting, joined])).toEqual(['done', 'newer', 'newer'])
  expect(sent).toEqual(['newer'])
})
