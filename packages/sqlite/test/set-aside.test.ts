/** A damaged file keeps its content under another name, log included, unless somebody else has replaced it already. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemClock } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { identityOf } from '../src/file-identity.ts'
import { setAside } from '../src/set-aside.ts'
import { newPath } from './stores.ts'

const MAGIC = 'SQLite format 3\0'
const PARTS = ['', '-shm', '-values', '-wal']

function quietly(run: () => void): string[] {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  run()
  const warnings = warn.mock.calls.map(([warning]) => String(warning))
  warn.mockRestore()
  return warnings
}

function setAsideAt(nowMs: number, path: string, content: string = MAGIC): void {
  const clock = vi.spyOn(systemClock, 'nowMs').mockReturnValue(nowMs)
  onTestFinished(() => clock.mockRestore())
  for (const part of ['', '-wal', '-shm']) writeFileSync(path + part, content)
  mkdirSync(`${path}-values/0`, { recursive: true })
  writeFileSync(`${path}-values/0/1`, content)
  quietly(() => setAside(path, identityOf(path), new Error('because')))
}

const namesOf = (numbers: readonly number[]) =>
  numbers.flatMap((number) => PARTS.map((part) => `cache.db.corrupt-${number}${part}`))

test('file, log and index of the log get the same new name', () => {
  const path = newPath()
  for (const part of ['', '-wal', '-shm']) writeFileSync(path + part, `content${part}`)
  const warnings = quietly(() => setAside(path, identityOf(path), new Error('because')))
  const names = readdirSync(dirname(path)).sort()
  expect(names.map((name) => name.replace(/\d+/, 'N'))).toEqual([
    'cache.db.corrupt-N',
    'cache.db.corrupt-N-shm',
    'cache.db.corrupt-N-wal',
  ])
  expect(readFileSync(`${dirname(path)}/${names[2]}`, 'utf8')).toBe('content-wal')
  expect(warnings).toEqual([expect.stringContaining('because')])
  expect(warnings[0]).toContain('of such copies the newest 2 are kept')
})

test('a file that another process has put there meanwhile stays', () => {
  const path = newPath()
  writeFileSync(`${path}.old`, 'old')
  writeFileSync(path, 'new')
  expect(quietly(() => setAside(path, identityOf(`${path}.old`), new Error('because')))).toEqual([])
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test('a file that has gone meanwhile is no fault', () => {
  const path = newPath()
  writeFileSync(`${path}.old`, 'old')
  for (const file of [identityOf(`${path}.old`), undefined])
    expect(quietly(() => setAside(path, file, new Error('because')))).toEqual([])
})

test('the newest two copies stay, with all their parts, and what only looks like one', async () => {
  const path = newPath()
  const folder = dirname(path)
  const others = [
    'cache.db.corrupt-1.txt',
    'cache.db.corrupt-1-spaces',
    'cache.db.shard-1.corrupt-1',
    'my.db.corrupt-1',
  ]
  for (const name of others) writeFileSync(join(folder, name), MAGIC)
  mkdirSync(join(folder, 'cache.db.corrupt-2'))
  setAsideAt(3, path, 'of another program, by its content')
  for (const nowMs of [10, 11, 12, 13]) setAsideAt(nowMs, path)
  const kept = [...others, 'cache.db.corrupt-2', ...namesOf([3, 12, 13])].toSorted()
  await expect.poll(() => readdirSync(folder).toSorted()).toEqual(kept)
})

test('of a copy that a process was killed deleting the rest goes', async () => {
  const path = newPath()
  for (const nowMs of [10, 11]) setAsideAt(nowMs, path)
  mkdirSync(`${path}.corrupt-5-values`)
  setAsideAt(12, path)
  await expect.poll(() => readdirSync(dirname(path)).toSorted()).toEqual(namesOf([11, 12]))
})

test('two within a millisecond, or after the clock was set back, are two copies', async () => {
  const path = newPath()
  for (const content of ['first', 'second']) setAsideAt(10, path, MAGIC + content)
  expect(readFileSync(`${path}.corrupt-10`, 'utf8')).toContain('first')
  expect(readFileSync(`${path}.corrupt-11`, 'utf8')).toContain('second')
  setAsideAt(9, path)
  await expect.poll(() => existsSync(`${path}.corrupt-10`)).toBe(false)
  expect(readdirSync(dirname(path)).toSorted()).toEqual(namesOf([9, 11]).toSorted())
})
