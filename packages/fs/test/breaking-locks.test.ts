/** Whose lock is broken, when, and by whom of those who try at once. */
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { DirectoryLock } from '../src/directory-lock.ts'
import { enrol, newHolderId } from '../src/holder.ts'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

/** What others do, once, just before a name of that beginning is made. */
const meanwhile = vi.hoisted(() => ({ path: '', act: () => {} }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    linkSync(from: string, to: string) {
      if (meanwhile.path !== '' && to.startsWith(meanwhile.path)) {
        meanwhile.path = ''
        meanwhile.act()
      }
      fs.linkSync(from, to)
    },
  }
})

beforeEach(() => {
  meanwhile.path = ''
})

function opened() {
  const directory = newDirectory()
  void openCache(directory)
  const layout = new Layout(directory)
  const newLock = () => {
    const id = newHolderId()
    enrol(layout.holders, id)
    return new DirectoryLock(layout, id, () => undefined)
  }
  /** The lock, held by somebody who is like this process but for that. */
  const held = (but: object): void => {
    const id = newHolderId()
    enrol(layout.holders, id)
    const path = `${layout.holders}/${id}`
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...but }))
    linkSync(path, layout.lock)
  }
  const clock = { nowMs: 1_000 }
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock.nowMs)
  onTestFinished(() => spy.mockRestore())
  return { layout, newLock, held, clock }
}

test('the later of two who find the lock of a dead process does not break that of the earlier', () => {
  const { layout, newLock, held } = opened()
  held({ startedAt: '1' })
  const [earlier, later] = [newLock(), newLock()]
  let isTaken = false
  Object.assign(meanwhile, {
    path: `${layout.lock}.`,
    act() {
      isTaken = earlier.tryTake()
    },
  })
  expect(later.tryTake()).toBe(false)
  expect(isTaken).toBe(true)
  expect(later.tryTake()).toBe(false)
  earlier.release()
  expect(later.tryTake()).toBe(true)
  later.release()
})

test.each([
  ['that lives', {}],
  ['of another container, which cannot be asked', { space: 'another', pid: 4_194_303 }],
])('the lock of a process %s is broken when one holding has been watched for half a minute', (_, but) => {
  const { layout, newLock, held, clock } = opened()
  const lock = newLock()
  held(but)
  expect(lock.tryTake()).toBe(false)
  unlinkSync(layout.lock)
  // The next one, of which that is not known yet.
  clock.nowMs += 40_000
  held(but)
  expect(lock.tryTake()).toBe(false)
  clock.nowMs += 20_000
  expect(lock.tryTake()).toBe(false)
  clock.nowMs += 11_000
  expect(lock.tryTake()).toBe(true)
  lock.release()
})
