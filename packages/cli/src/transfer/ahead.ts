/** Many questions under way at once, answered in order: what a server's distance or a disk's commit costs is shared by them. */
import type { MaybePromise } from '@stowage/core'

/** What is under way at a time takes memory. */
const MOST_COUNT = 128
const MOST_BYTES = 8_000_000

export async function* ahead<Item, Answer>(
  items: AsyncIterable<Item>,
  bytesOf: (item: Item) => number,
  ask: (item: Item) => MaybePromise<Answer>,
): AsyncGenerator<Answer> {
  const asked: { readonly answer: Promise<Answer>; readonly bytes: number }[] = []
  let bytes = 0
  try {
    for await (const item of items) {
      const question = { answer: answered(item, ask), bytes: bytesOf(item) }
      // One that fails while an earlier one is waited for is told when its turn comes, or never where that one fails too.
      void Promise.allSettled([question.answer])
      asked.push(question)
      bytes += question.bytes
      while (asked.length >= MOST_COUNT || bytes > MOST_BYTES) {
        const first = asked.shift()
        if (first === undefined) break
        bytes -= first.bytes
        yield await first.answer
      }
    }
    for (const { answer } of asked) yield await answer
  } finally {
    // Whoever has enough goes on when nothing is under way any more.
    await Promise.allSettled(asked.map(({ answer }) => answer))
  }
}

async function answered<Item, Answer>(item: Item, ask: (item: Item) => MaybePromise<Answer>): Promise<Answer> {
  return ask(item)
}
