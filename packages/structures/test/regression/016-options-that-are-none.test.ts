// What is no object of options ended in a bare TypeError of the language, in `push`, `first` and `last`.
import { ConfigError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createIndex, createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

const NONE: readonly unknown[] = [null, 'x', 5]

test.each(NONE)('%j is refused by name', async (none) => {
  const backend = memoryBackend({ maxEntries: 1 })
  const queue = createQueue<number>(backend, 'jobs')
  const index = createIndex<string, number>(backend, 'sorted')
  const asked = {
    // @ts-expect-error Plain JavaScript is not checked.
    push: () => queue.push(1, none),
    // @ts-expect-error As above.
    first: () => index.first(none),
    // @ts-expect-error As above.
    last: () => index.last(none),
  }
  for (const [name, ask] of Object.entries(asked)) {
    const refused: unknown = await ask().catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(ConfigError)
    expect(String(refused)).toContain(`${name}: `)
  }
  expect(await queue.stats()).toMatchObject({ ready: 0 })
})
