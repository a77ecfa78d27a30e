/** Options that an object inherits, from a class or by Object.create, were lost: the id of a pushed job, the prefix of a look at an index. */
import { memoryBackend } from '@stowage/memory'
import { createIndex, createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

const backend = memoryBackend({ maxEntries: 1 })

function inheriting<T extends object>(settings: T): T {
  const heir = { ...settings }
  for (const name of Object.keys(heir)) Reflect.deleteProperty(heir, name)
  Reflect.setPrototypeOf(heir, settings)
  return heir
}

class Mail {
  readonly value: string
  constructor(value: string) {
    this.value = value
  }
  get id(): string {
    return `mail:${this.value}`
  }
  get priority(): number {
    return 10
  }
}

test('what is pushed has the id and priority of its class', async () => {
  const queue = createQueue<string>(backend, 'mails')
  expect(await queue.pushMany([new Mail('a'), new Mail('a')])).toEqual([
    { outcome: 'pushed', id: 'mail:a' },
    { outcome: 'duplicate', id: 'mail:a' },
  ])
  expect(await queue.push('a', inheriting({ id: 'mail:a' }))).toEqual({ outcome: 'duplicate', id: 'mail:a' })
  expect(await queue.peek()).toMatchObject([{ id: 'mail:a', priority: 10 }])
})

test('the first and the last of an inherited range', async () => {
  const index = createIndex<number>(backend, 'index')
  await index.setMany([
    ['a', 1],
    ['b1', 2],
    ['b2', 3],
    ['c', 4],
  ])
  const range = inheriting({ prefix: 'b' })
  expect(await index.first(range)).toEqual(['b1', 2])
  expect(await index.last(range)).toEqual(['b2', 3])
})
