/**
 * Regression: a process that was killed between moving the log of a damaged file and the file itself left the file as it was without
 * what the log held: what had been invalidated was served again.
 */

import type * as Fs from 'node:fs'
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { identityOf } from '../../src/file-identity.ts'
import { setAside } from '../../src/set-aside.ts'
import { held, NOW_MS, put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

const killing = vi.hoisted(() => ({
  renamesLeft: Number.POSITIVE_INFINITY,
  onRenamed: (_from: string): void => undefined,
}))

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof Fs>()
  return {
    ...fs,
    renameSync(from: string, to: string) {
      if (killing.renamesLeft-- <= 0) throw new Error('killed')
      fs.renameSync(from, to)
      killing.onRenamed(from)
    },
  }
})

/** A cache as a killed process leaves it: the invalidation is in the log only. @returns its path */
async function leftByAKilled(): Promise<string> {
  const [path, copy] = [newPath(), newPath()]
  const backend = attach(path)
  await put(backend, 'small', 'old', { tags: ['t'] })
  await put(backend, 'large', 'old'.repeat(100_000), { tags: ['t'] })
  await put(backend, 'sound', 'sound')
  await backend.close()
  const next = attach(path)
  await next.invalidate({ tags: ['t'] }, NOW_MS)
  for (const part of ['', '-wal', '-shm']) copyFileSync(path + part, copy + part)
  cpSync(`${path}-values`, `${copy}-values`, { recursive: true })
  return copy
}

const PARTS = ['', '-wal', '-shm', '-values']

test.each([0, 1, 2, 3, 4])(
  'after %i of its parts: nothing older is served, and what is begun is sound',
  async (count) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    onTestFinished(() => {
      killing.renamesLeft = Number.POSITIVE_INFINITY
      warn.mockRestore()
    })
    const path = await leftByAKilled()
    const names = () => PARTS.filter((part) => existsSync(path + part))
    expect(names()).toEqual(PARTS)
    killing.renamesLeft = count
    const settingAside = () => setAside(path, identityOf(path), new Error('because'))
    if (count < PARTS.length) expect(settingAside).toThrow('killed')
    else settingAside()
    expect(names()).toHaveLength(PARTS.length - count)
    killing.renamesLeft = Number.POSITIVE_INFINITY
    const backend = attach(path)
    expect(await held(backend, 'small')).toMatch(/^miss/)
    expect(await held(backend, 'large')).toMatch(/^miss/)
    // As long as the file is there its log is, and it is the cache as it was.
    const isThere = !readdirSync(dirname(path)).some((name) => /\.corrupt-\d+$/.test(name))
    expect(await held(backend, 'sound')).toBe(isThere ? 'sound' : 'miss: absent')
    await put(backend, 'large', 'new'.repeat(100_000))
    await backend.close()
    const next = attach(path)
    expect(await held(next, 'large')).toBe('new'.repeat(100_000))
    for await (const report of next.check(true, NOW_MS)) expect(report).toMatchObject({ torn: 0, wrong: 0 })
  },
)

test.each([1, 2])('after %i of its parts the damage is still met, and the rest is moved', async (count) => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => {
    killing.renamesLeft = Number.POSITIVE_INFINITY
    warn.mockRestore()
  })
  const path = await leftByAKilled()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xff, 100, 4_096))
  killing.renamesLeft = count
  expect(() => setAside(path, identityOf(path), new Error('because'))).toThrow('killed')
  killing.renamesLeft = Number.POSITIVE_INFINITY
  const backend = attach(path)
  for (const key of ['small', 'large', 'sound']) expect(await held(backend, key)).toBe('miss: absent')
  expect(readdirSync(dirname(path)).filter((name) => /\.corrupt-\d+$/.test(name))).toHaveLength(1)
})

test('a log that somebody has begun since stays where it is', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
  const path = await leftByAKilled()
  killing.onRenamed = (from) => {
    if (from !== path) return
    killing.onRenamed = () => undefined
    writeFileSync(`${path}-new`, 'new')
    renameSync(`${path}-new`, `${path}-wal`)
  }
  setAside(path, identityOf(path), new Error('because'))
  expect(readFileSync(`${path}-wal`, 'utf8')).toBe('new')
  expect(warn).toHaveBeenCalledTimes(1)
})
