/**
 * Regression: a large write that another large one had overtaken was answered `stored` while what both were to replace was still
 * there, until the other came, or for as long as its failure left it so.
 */
import type { WriteOutcome } from '@stowage/core'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/open-store.ts'
import { planSqlite } from '../../src/options.ts'
import { storeLarge } from '../../src/value-files/large-write.ts'
import { entryOf, held, NOW_MS, put } from '../entries.ts'
import { rowCount } from '../inspection.ts'
import { attach, newPath } from '../stores.ts'
import { large } from '../value-file-sight.ts'

interface Wish {
  readonly tags?: readonly string[]
  readonly maxBytes?: number
}

interface Write {
  readonly outcome: Promise<WriteOutcome>
  /** Lets the file be written. */
  readonly go: () => void
  /** Lets it fail. */
  readonly fail: () => void
}

/** Large writes whose files are written as the test says, and a backend of another process that sees what is there. */
function opened() {
  const path = newPath()
  const store = openStore(planSqlite({ path }))
  onTestFinished(() => store.transactions.close(undefined))
  const { folder } = store.files
  const writeFile = folder.write.bind(folder)
  let begun = Promise.withResolvers<Omit<Write, 'outcome'>>()
  folder.write = async (id, body) => {
    const { promise, resolve: go, reject } = Promise.withResolvers<void>()
    begun.resolve({ go, fail: () => reject(new Error('no disk')) })
    await promise
    await writeFile(id, body)
  }
  /** When the write has its place. */
  async function begin(letter: string, { tags = [], maxBytes = Infinity }: Wish = {}): Promise<Write> {
    begun = Promise.withResolvers()
    const entry = { ...entryOf('key', large(letter), { tags }), maxBytes }
    const writing = { key: 'key', entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined }
    const outcome = store.files.track(storeLarge(store, writing))
    const refused = outcome.then(() => ({ go: () => {}, fail: () => {} }))
    return { outcome, ...(await Promise.race([begun.promise, refused])) }
  }
  const other = attach(path)
  const found = async (): Promise<string> => String(await held(other, 'key')).slice(0, 13)
  return { path, begin, other, found }
}

test('what a large write overtakes is there until that is', async () => {
  const { path, begin, other, found } = opened()
  await put(other, 'key', 'older')
  const first = await begin('a')
  const second = await begin('b')
  first.go()
  expect(await first.outcome).toBe('stored')
  expect(await found()).toBe('a'.repeat(13))
  second.go()
  expect(await second.outcome).toBe('stored')
  expect(await found()).toBe('b'.repeat(13))
  expect(rowCount(path, 'lease')).toBe(0)
})

test('what a large write overtakes stays where that fails', async () => {
  const { path, begin, other, found } = opened()
  await put(other, 'key', 'older')
  const first = await begin('a')
  const second = await begin('b')
  second.fail()
  await expect(second.outcome).rejects.toThrow('no disk')
  first.go()
  expect(await first.outcome).toBe('stored')
  expect(await found()).toBe('a'.repeat(13))
  expect(rowCount(path, 'lease')).toBe(0)
})

test('what comes first comes first, whichever is done first', async () => {
  const { begin, found } = opened()
  const first = await begin('a')
  const second = await begin('b')
  second.go()
  expect(await second.outcome).toBe('stored')
  first.go()
  expect(await first.outcome).toBe('stored')
  expect(await found()).toBe('b'.repeat(13))
})

test('what is refused has its effect on those before it', async () => {
  const { begin, found } = opened()
  const first = await begin('a')
  const second = await begin('b', { maxBytes: 10 })
  expect(await second.outcome).toBe('too-large')
  first.go()
  expect(await first.outcome).toBe('stored')
  expect(await found()).toBe('miss: absent')
})

test('so has one whose tags are invalidated meanwhile', async () => {
  const { begin, other, found } = opened()
  const first = await begin('a')
  const second = await begin('b', { tags: ['tag'] })
  await other.invalidate({ tags: ['tag'] }, NOW_MS)
  for (const { go, outcome } of [second, first]) {
    go()
    expect(await outcome).toBe('stored')
  }
  expect(await found()).toBe('miss: absent')
})

test('so has a small one on all of them', async () => {
  const { begin, other, found } = opened()
  const writes = [await begin('a'), await begin('b')]
  await put(other, 'key', 'small')
  for (const { go, outcome } of writes) {
    go()
    expect(await outcome).toBe('stored')
  }
  expect(await found()).toBe('small')
})
