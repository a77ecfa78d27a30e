/** Regression: whose log had been deleted by its name went on with it, and who came later could not open the file, or had another log. */
import { readdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { held, NOW_MS, put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

beforeEach(() => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  // Nobody looks but when told to.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => {
    warn.mockRestore()
    vi.useRealTimers()
  })
})

const asideNames = (path: string) => readdirSync(dirname(path)).filter((name) => /\.corrupt-\d+$/.test(name))

test.each(['-wal', '-shm'])('%s: the file is set aside as soon as it is seen, and a new one begun', async (part) => {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'old')
  rmSync(path + part)
  vi.advanceTimersByTime(1_000)
  expect(await held(backend, 'key')).toBe('miss: absent')
  expect(asideNames(path)).toHaveLength(1)
  await put(backend, 'key', 'new')
  expect(await held(attach(path), 'key')).toBe('new')
  vi.advanceTimersByTime(1_000)
  expect(await held(backend, 'key')).toBe('new')
})

test('who comes before it is seen begins anew, and the others come to that', async () => {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'old')
  rmSync(`${path}-wal`)
  const other = attach(path)
  await put(other, 'key', 'new')
  expect(await backend.delete('key', NOW_MS, undefined), 'in the old file').toBe(true)
  expect(await held(other, 'key')).toBe('miss: absent')
  expect(asideNames(path)).toHaveLength(1)
})

test("begin: 'refuse': it stays where it is", async () => {
  const path = newPath()
  await put(attach(path), 'key', 'old')
  const backend = attach(path, { begin: 'refuse' })
  rmSync(`${path}-shm`)
  expect(await backend.delete('other', NOW_MS, undefined)).toBe(false)
  expect(await held(backend, 'key')).toBe('old')
  expect(asideNames(path)).toEqual([])
})

test('spaces are not written to any longer, and what was committed is there once they are opened anew', async () => {
  const path = newPath()
  const backend = attach(path)
  const commit = () =>
    backend.spaces.commit(
      'a',
      { expect: [], changes: [{ do: 'put', key: 'k', value: 'v', moveCount: 0 }], isTold: false },
      NOW_MS,
    )
  await commit()
  rmSync(`${path}.spaces-wal`)
  vi.advanceTimersByTime(1_000)
  expect(commit).toThrow(/log, were deleted or replaced/)
  await backend.close()
  expect(await attach(path).spaces.get('a', ['k'])).toMatchObject([{ value: 'v' }])
})
