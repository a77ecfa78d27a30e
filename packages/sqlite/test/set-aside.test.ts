/** A damaged file keeps its content under another name, log included, unless somebody else has replaced it already. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test, vi } from 'vitest'
import { setAside } from '../src/set-aside.ts'
import { newPath } from './stores.ts'

function quietly(run: () => void): string[] {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  run()
  const warnings = warn.mock.calls.map(([warning]) => String(warning))
  warn.mockRestore()
  return warnings
}

test('file, log and index of the log get the same new name', () => {
  const path = newPath()
  for (const part of ['', '-wal', '-shm']) writeFileSync(path + part, `content${part}`)
  const warnings = quietly(() => setAside(path, statSync(path).ino, new Error('because')))
  const names = readdirSync(dirname(path)).sort()
  expect(names.map((name) => name.replace(/\d+/, 'N'))).toEqual([
    'cache.db.corrupt-N',
    'cache.db.corrupt-N-shm',
    'cache.db.corrupt-N-wal',
  ])
  expect(readFileSync(`${dirname(path)}/${names[2]}`, 'utf8')).toBe('content-wal')
  expect(warnings).toEqual([expect.stringContaining('because')])
})

test('a file that another process has put there meanwhile stays', () => {
  const path = newPath()
  writeFileSync(path, 'new')
  expect(quietly(() => setAside(path, statSync(path).ino + 1, new Error('because')))).toEqual([])
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test('a file that has gone meanwhile is no fault', () => {
  const path = newPath()
  expect(quietly(() => setAside(path, 1, new Error('because')))).toEqual([])
})
