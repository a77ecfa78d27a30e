/** The bus: messages as text and back, and the bus of tests, which is a bad one on demand. */
import { type Bus, type BusChange, type BusMessage, decodeBusMessage, encodeBusMessage } from '@stowage/core'
import { createRandom, TestBus } from '@stowage/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const text = fc.string({ unit: 'binary' }).map((any) => any.toWellFormed())
const change: fc.Arbitrary<BusChange> = fc.oneof(
  fc.record({ keys: fc.array(text) }),
  fc.record({ tags: fc.array(text) }),
  fc.record({ prefix: text }),
  fc.record({ pattern: text, root: text }),
  fc.constant({ all: true as const }),
)

test('every message comes back from its text', () => {
  fc.assert(
    fc.property(text, change, (origin, said) => {
      expect(decodeBusMessage(encodeBusMessage({ origin, change: said }))).toEqual({ origin, change: said })
    }),
  )
})

test('whatever else arrives is no message, and never throws', () => {
  const whole = encodeBusMessage({ origin: 'o', change: { keys: ['a', 'b'] } })
  for (let end = 0; end < whole.length; end++) expect(decodeBusMessage(whole.slice(0, end))).toBeUndefined()
  for (const foreign of [
    'null',
    '[]',
    '[2,"o",{"all":true}]',
    '[1,7,{"all":true}]',
    '[1,"o",{"keys":[7]}]',
    '[1,"o",{}]',
  ])
    expect(decodeBusMessage(foreign)).toBeUndefined()
  expect(decodeBusMessage(`[1,"o",{"keys":["${'k'.repeat(1_100_000)}"]}]`)).toBeUndefined()
  fc.assert(fc.property(fc.oneof(text, fc.json()), (any) => void decodeBusMessage(any)))
})

function listening(bus: Bus) {
  const heard: unknown[] = []
  bus.subscribe(({ change: said }) => heard.push(said))
  bus.onGap((gap) => heard.push(gap))
  return heard
}

const says = (key: string): BusMessage => ({ origin: 'one', change: { keys: [key] } })

test('others hear what is published, until they stop or close', async () => {
  const bus = new TestBus()
  const [one, two] = [bus.attach(), bus.attach()]
  const heard = listening(two)
  const stop = two.subscribe(() => heard.push('and again'))
  await one.publish(says('a'))
  await bus.settle()
  stop()
  await one.publish(says('b'))
  await bus.settle()
  expect(heard).toEqual([{ keys: ['a'] }, 'and again', { keys: ['b'] }])
  await two.close()
  await one.publish(says('c'))
  await bus.settle()
  expect(heard).toHaveLength(3)
  expect(() => two.publish(says('d'))).toThrow(/closed/)
})

test('a cut line fails who publishes and tells all; what was on its way is lost', async () => {
  const bus = new TestBus()
  const [one, two] = [bus.attach(), bus.attach()]
  const heard = listening(two)
  await one.publish(says('a'))
  bus.cut()
  expect(() => one.publish(says('b'))).toThrow(/cut/)
  await bus.settle()
  bus.mend()
  expect(heard).toEqual(['open', 'over', 'over'])
  expect(bus.lostCount).toBe(1)
  bus.cut()
  expect(listening(two)).toEqual(['open'])
})

test('a bad one loses nothing without a word', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const share = 0.3
    const faults = { random: createRandom(seed), drop: share, duplicate: share, delay: share, garbage: share }
    const bus = new TestBus({ faults })
    const [one, two] = [bus.attach(), bus.attach()]
    const heard = listening(two)
    for (let at = 0; at < 20; at++) await one.publish(says(String(at)))
    await bus.settle()
    const keys = new Set(heard.filter((what) => typeof what !== 'string').map((said) => JSON.stringify(said)))
    expect(keys.size + bus.lostCount, `seed ${seed}`).toBe(20)
    expect(heard.includes('over'), `seed ${seed}`).toBe(bus.lostCount > 0)
  }
})
