/** The lock of a folder: left by the dead it is broken at once, by one of many; of the living it is waited for, and not for ever. */
import { existsSync, linkSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { DirectoryLock } from '../src/directory-lock.ts'
import { enrol, newHolderId } from '../src/holder.ts'
import { Layout } from '../src/layout.ts'
import { Worker } from './processes.ts'
import { newDirectory, openCache } from './stores.ts'

/** A lock held by somebody, as {@link DirectoryLock} takes it. */
function leaveLock(directory: string, holder: object | string): void {
  const layout = new Layout(directory)
  const id = newHolderId()
  writeFileSync(`${layout.holders}/${id}`, typeof holder === 'string' ? holder : JSON.stringify({ id, ...holder }))
  linkSync(`${layout.holders}/${id}`, layout.lock)
}

test.each([
  ['a process that is no more', { pid: 4_194_304 - 1 }],
  ['a process whose number another one has now', { pid: process.pid, startedAt: '1' }],
  ['one from before the machine was started', { pid: process.pid, boot: 'another' }],
  ['one of which a power cut left nothing', ''],
])('the lock of %s is broken at once', async (_, holder) => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  leaveLock(directory, holder)
  expect(await cache.set('key', 'newer')).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('newer')
  expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([])
})

test('the lock of a process that died under -9 in the middle of a step, and of the one that died while breaking it', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  const holder = new Worker('hold', directory)
  await holder.said(1)
  const layout = new Layout(directory)
  const before = new Set(readdirSync(layout.holders))
  await holder.kill()
  // Both left at its worst moments: the lock held (it may have died just there), and the lock on breaking another's held.
  const [dead = ''] = [...before].filter((id) => !isOwn(layout, id))
  if (!existsSync(layout.lock)) linkSync(`${layout.holders}/${dead}`, layout.lock)
  linkSync(`${layout.holders}/${dead}`, `${layout.lock}.${dead}`)
  expect(await cache.set('key', 'value')).toEqual({ outcome: 'stored' })
  await cache.check({ repair: true })
  expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([])
  expect(await cache.check()).toMatchObject({ orphans: 0, wrong: 0 })
})

function isOwn(layout: Layout, id: string): boolean {
  return readFileSync(`${layout.holders}/${id}`, 'utf8').includes(`"pid":${process.pid},`)
}

test('of many that find a dead lock at once, one has it at a time', () => {
  const directory = newDirectory()
  void openCache(directory)
  const layout = new Layout(directory)
  leaveLock(directory, { pid: 4_194_303 })
  const broken: number[] = []
  const locks = Array.from({ length: 5 }, (_, at) => {
    const id = newHolderId()
    enrol(layout.holders, id)
    return new DirectoryLock(layout, id, () => broken.push(at))
  })
  expect(locks.map((lock) => lock.tryTake())).toEqual([true, false, false, false, false])
  expect(broken).toEqual([0])
  locks[0]?.release()
  expect(locks[3]?.tryTake()).toBe(true)
  locks[3]?.release()
})

test('a living holder is waited for, off the event loop, and a write that had to wait too long is refused', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  const layout = new Layout(directory)
  const [own = ''] = readdirSync(layout.holders)
  linkSync(`${layout.holders}/${own}`, layout.lock)
  const waiting = cache.set('key', 'newer')
  let turns = 0
  for (; turns < 20; turns++) await new Promise(setImmediate)
  expect(turns).toBe(20)
  // Reads take no lock.
  expect(await cache.get('key')).toBe('value')
  unlinkSync(layout.lock)
  expect(await waiting).toEqual({ outcome: 'stored' })
  linkSync(`${layout.holders}/${own}`, layout.lock)
  await expect(cache.set('key', 'newest')).rejects.toThrow(/2000 ms/)
  unlinkSync(layout.lock)
  expect(await cache.get('key')).toBe('newer')
})

test('a read that waits for what was asked for before it does not wait for another process', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  const layout = new Layout(directory)
  const [own = ''] = readdirSync(layout.holders)
  const lone = cache.set('other', 1)
  linkSync(`${layout.holders}/${own}`, layout.lock)
  const gathered = cache.set('key', 'newer')
  const read = cache.get('key')
  expect(await read).toBe('value')
  expect(existsSync(layout.lock)).toBe(true)
  unlinkSync(layout.lock)
  expect(await Promise.all([lone, gathered])).toEqual([{ outcome: 'stored' }, { outcome: 'stored' }])
  expect(await cache.get('key')).toBe('newer')
})

test('who was held up for long gives back its own lock only', () => {
  const directory = newDirectory()
  void openCache(directory)
  const layout = new Layout(directory)
  const [slow, next] = [newHolderId(), newHolderId()].map((id) => {
    enrol(layout.holders, id)
    return new DirectoryLock(layout, id, () => undefined)
  })
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  onTestFinished(() => clock.mockRestore())
  expect(slow?.tryTake()).toBe(true)
  nowMs = 60_000
  // As somebody who had watched it for long enough does.
  unlinkSync(layout.lock)
  expect(next?.tryTake()).toBe(true)
  slow?.release()
  expect(existsSync(layout.lock)).toBe(true)
  next?.release()
  expect(existsSync(layout.lock)).toBe(false)
})
