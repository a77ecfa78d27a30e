/**
 * Regression: where the path came to lead to another file while a backend was opening (waiting for others, or cutting the old file down),
 * it took that one for the file it had open, and went on with the old one for good, deletions and the commits of spaces included. Where it
 * came to lead to none, opening failed.
 */
import { renameSync } from 'node:fs'
import type { SqliteBackend } from '@stowage/sqlite'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { stopWaitingInside } from '../../src/open-database.ts'
import { holdsSchema } from '../../src/schema.ts'
import { held, NOW_MS, put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

vi.mock('../../src/open-database.ts', async (original) => {
  const room = await original<typeof import('../../src/open-database.ts')>()
  return { ...room, stopWaitingInside: vi.fn(room.stopWaitingInside) }
})

vi.mock('../../src/schema.ts', async (original) => {
  const room = await original<typeof import('../../src/schema.ts')>()
  return { ...room, holdsSchema: vi.fn(room.holdsSchema) }
})

beforeEach(() => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
})

function moveAway(path: string): void {
  for (const part of ['-wal', '-shm', '']) renameSync(path + part, `${path}.aside${part}`)
}

test('what others use is used, and deletions hold there', async () => {
  const path = newPath()
  const others: SqliteBackend[] = []
  // Just before the file is open.
  vi.mocked(stopWaitingInside).mockImplementationOnce(() => {
    moveAway(path)
    others.push(attach(path))
  })
  const backend = attach(path)
  const [other = backend] = others
  await put(other, 'key', 'new')
  await backend.delete('key', NOW_MS, undefined)
  expect(await held(other, 'key')).toBe('miss: absent')
  await put(other, 'key', 'newer')
  expect(await held(backend, 'key')).toBe('newer')
})

test('spaces that nobody will find again are not written to', () => {
  const path = newPath()
  const { spaces } = attach(path)
  vi.mocked(stopWaitingInside).mockImplementationOnce(() => moveAway(`${path}.spaces`))
  const change = { do: 'put', key: 'k', value: 'v', moveCount: 0 } as const
  expect(() => spaces.commit('a', { expect: [], changes: [change], isTold: false }, NOW_MS)).toThrow(
    'deleted or replaced',
  )
})

test('set aside by who was in the way: a new one is begun', async () => {
  const path = newPath()
  vi.mocked(holdsSchema).mockImplementationOnce(() => {
    renameSync(path, `${path}.aside`)
    throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
  })
  expect(await put(attach(path), 'key', 'value')).toBe('stored')
})
