/** Regression: clearing a long queue was one statement on the event loop, which it held for a tenth of a second for each 150,000 jobs. */
import { Worker } from 'node:worker_threads'
import type { Spaces } from '@stowage/core'
import { Pace } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { GroupCommit } from '../../src/group-commit.ts'
import { Patience } from '../../src/patience.ts'
import { attach, newPath } from '../stores.ts'

const ALL = { from: '', to: undefined }

function put(key: string) {
  return { do: 'put', key, value: 'value', moveCount: 0 } as const
}

async function commit(spaces: Spaces, keys: readonly string[]): Promise<void> {
  await spaces.commit('space', { expect: [], changes: keys.map(put), isTold: false }, 1)
}

async function drop(spaces: Spaces): Promise<void> {
  await spaces.drop('space')
}

/** With as many records as are not taken out in a moment. */
async function filled(path: string = newPath()) {
  const backend = attach(path)
  await commit(
    backend.spaces,
    Array.from({ length: 1_500 }, (_, at) => `key ${at}`),
  )
  return { backend, path, spaces: backend.spaces }
}

function workers(): readonly Worker[] {
  const begun: Worker[] = []
  const note = (worker: Worker): void => void begun.push(worker)
  process.on('worker', note)
  onTestFinished(() => void process.off('worker', note))
  return begun
}

test('a thread does it, and what was asked for before and after it comes before and after it', async () => {
  const { spaces, path } = await filled()
  const begun = workers()
  const other = attach(path).spaces
  const before = (await spaces.get('space', ['key 1']))[0]?.version ?? 0
  const all = [commit(spaces, ['before']), drop(spaces), commit(spaces, ['after']), commit(spaces, ['later'])]
  // All of it, or none.
  for (let looks = 0; looks < 50; looks++) {
    expect([1_500, 1_501, 0, 1, 2]).toContain(await other.count('space', ALL))
    await new Promise(setImmediate)
  }
  await Promise.all(all)
  expect(begun).toHaveLength(1)
  const [after] = await spaces.get('space', ['after'])
  expect(after?.version).toBeGreaterThan(before)
  expect(await other.count('space', ALL)).toBe(2)
})

test('few need no thread', async () => {
  const { spaces } = attach(newPath())
  await commit(spaces, ['a', 'b'])
  const begun = workers()
  await drop(spaces)
  expect(await spaces.count('space', ALL)).toBe(0)
  expect(begun).toEqual([])
})

test('closing waits for it', async () => {
  const { backend, path, spaces } = await filled()
  const dropped = drop(spaces)
  const closed = backend.close()
  await Promise.all([dropped, closed])
  expect(await attach(path).spaces.count('space', ALL)).toBe(0)
})

test('where there is no thread to be had it is done all the same, and in order', async () => {
  const { spaces } = await filled()
  const order = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker) {
    void this.terminate()
  })
  onTestFinished(() => order.mockRestore())
  await Promise.all([drop(spaces), commit(spaces, ['after'])])
  expect(order).toHaveBeenCalledTimes(1)
  expect(await spaces.scan('space', { ...ALL, limit: 9, isReversed: false })).toMatchObject([{ key: 'after' }])
})

test('a write that holds back those behind it does so, too, where they are done one by one, as none could begin', async () => {
  let attempts = 0
  const group = new GroupCommit<{ writtenBytes: number }>({
    patience: new Patience(),
    pace: new Pace(),
    transactionBytes: 1_000,
    transact: (run) => {
      // The second is that of all that have gathered.
      if (++attempts === 2) throw new Error('disk I/O error')
      return { answer: run({ writtenBytes: 0 }), removals: [], droppedFiles: [] }
    },
    tell: () => undefined,
  })
  const done: string[] = []
  const write = async (name: string, and = () => {}): Promise<void> => {
    await group.write(() => {
      done.push(name)
      and()
    }, name)
  }
  const all = [write('lone'), write('holds', () => group.hold()), write('behind')]
  await new Promise(setImmediate)
  expect(done).toEqual(['lone', 'holds'])
  group.resume()
  await Promise.all(all)
  expect(done).toEqual(['lone', 'holds', 'behind'])
})

test('watchers hear of it', async () => {
  const { spaces, path } = await filled()
  const heard = new Promise<void>((resolve) => {
    attach(path).spaces.watch('space', resolve)
  })
  await drop(spaces)
  await heard
})
