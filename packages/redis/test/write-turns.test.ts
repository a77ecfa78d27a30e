/** Whose turn it is: of writes that wait for one another each is sent when it should be, and not before. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Deadline } from '../src/deadlines.ts'
import { WriteTurns } from '../src/write-turns.ts'

function world() {
  const waits: Deadline[] = []
  const begin = (): Deadline => {
    const wait = { isOver: false }
    waits.push(wait)
    return wait
  }
  const turns = new WriteTurns({ begin, overrun: () => new Error('too late') })
  const sent: string[] = []
  const answers = new Map<string, PromiseWithResolvers<string>>()
  const send = (what: string) => (): Promise<string> => {
    sent.push(what)
    const answer = Promise.withResolvers<string>()
    answers.set(what, answer)
    return answer.promise
  }
  return {
    turns,
    sent,
    send,
    answer: async (what: string): Promise<void> => {
      answers.get(what)?.resolve(what)
      await turn()
    },
    fail: async (what: string): Promise<void> => {
      answers.get(what)?.reject(new Error(`${what} failed`))
      await turn()
    },
    giveUpAll: (): void => {
      for (const wait of waits) wait.isOver = true
    },
  }
}

it('each waits for the one before it, whatever those further before do', async () => {
  const { turns, sent, send, answer } = world()
  const asked = [turns.take('a', send('first')), turns.take('a', send('second'))]
  await answer('first')
  asked.push(turns.take('a', send('third')))
  expect(sent).toEqual(['first', 'second'])
  await answer('second')
  await answer('third')
  expect(await Promise.all(asked)).toEqual(['first', 'second', 'third'])
})

it('one that fails is its own, and the next is sent', async () => {
  const { turns, sent, send, answer, fail } = world()
  const first = turns.take('a', send('first'))
  const second = turns.take('a', send('second'))
  const told = expect(first).rejects.toThrow('first failed')
  await fail('first')
  await told
  await answer('second')
  expect(await second).toBe('second')
  expect(sent).toEqual(['first', 'second'])
})

it('a set joins no set that a deletion is behind', async () => {
  const { turns, sent, send, answer } = world()
  const asked = [turns.set('a', send('first')), turns.set('a', send('second')), turns.take('a', send('deletion'))]
  asked.push(turns.set('a', send('last')))
  for (const what of ['first', 'second', 'deletion', 'last']) await answer(what)
  expect(await Promise.all(asked)).toEqual(['first', 'second', 'deletion', 'last'])
  expect(sent).toEqual(['first', 'second', 'deletion', 'last'])
})

it('a set that has joined another is not sent when its own time is over', async () => {
  const { turns, sent, send, answer, giveUpAll } = world()
  const first = turns.set('a', send('first'))
  const told = Promise.allSettled([turns.set('a', send('second')), turns.set('a', send('third'))])
  giveUpAll()
  await answer('first')
  await first
  expect((await told).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(sent).toEqual(['first'])
})

it('of two that concern all keys, a write is behind both', async () => {
  const { turns, sent, send, answer } = world()
  const asked = [turns.take('a', send('first')), turns.takeAll(send('mark')), turns.takeAll(send('next mark'))]
  asked.push(turns.take('b', send('last')))
  await answer('first')
  expect(sent).toEqual(['first', 'mark'])
  await answer('mark')
  expect(sent).toEqual(['first', 'mark', 'next mark'])
  asked.push(turns.take('c', send('very last')))
  expect(sent).toEqual(['first', 'mark', 'next mark'])
  for (const what of ['next mark', 'last', 'very last']) await answer(what)
  await Promise.all(asked)
})

it('what has waited too long behind one that concerns all keys is not sent', async () => {
  const { turns, sent, send, answer, giveUpAll } = world()
  const asked = [turns.take('a', send('first')), turns.takeAll(send('mark'))]
  await answer('first')
  const late = expect(turns.take('b', send('late'))).rejects.toThrow('too late')
  giveUpAll()
  await answer('mark')
  await late
  await Promise.all(asked)
  expect(sent).toEqual(['first', 'mark'])
})
