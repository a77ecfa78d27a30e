/**
 * In a Cluster, an invalidation that nobody waited for made the writes before it be forgotten that had not been sent: a get of such a key
 * was sent at once, and so ahead of a set that had been asked for before it.
 */
import { expect, it } from 'vitest'
import { WriteTurns } from '../../src/write-turns.ts'

it('a read is behind a set that waits for its turn, also when an invalidation has been asked for in between', async () => {
  const turns = new WriteTurns({ begin: () => ({ isOver: false }), overrun: () => new Error('too late') })
  const sent: string[] = []
  const send = (what: string) => (): Promise<string> => {
    sent.push(what)
    return Promise.resolve(what)
  }
  const slow = Promise.withResolvers<string>()
  const writes = [
    turns.set('a', () => slow.promise),
    turns.set('a', send('set')),
    turns.takeAll(send('mark')),
    turns.set('a', send('set behind the mark')),
    turns.set('b', send('set of another')),
  ]
  const read = turns.whenSent('a')?.then(send('read'))
  expect(turns.whenSent('c')).toBeUndefined()
  slow.resolve('first')
  await Promise.all([...writes, read])
  expect(sent).toEqual(['set', 'mark', 'set behind the mark', 'set of another', 'read'])
  expect(turns.whenSent('a')).toBeUndefined()
})

it('a read between an invalidation and the next set is behind the set before them', async () => {
  const turns = new WriteTurns({ begin: () => ({ isOver: false }), overrun: () => new Error('too late') })
  const sent: string[] = []
  const send = (what: string) => (): Promise<string> => {
    sent.push(what)
    return Promise.resolve(what)
  }
  const slow = Promise.withResolvers<string>()
  const writes = [turns.set('a', () => slow.promise), turns.set('a', send('set')), turns.takeAll(send('mark'))]
  const read = turns.whenSent('a')?.then(send('read'))
  slow.resolve('first')
  await Promise.all([...writes, read])
  expect(sent).toContain('read')
  expect(sent.indexOf('set')).toBeLessThan(sent.indexOf('read'))
})
