/** Four processes, each with a memory of its own, over one sqlite file that tells when others have changed it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { SharingOrder } from './fixtures/sharing-process.ts'
import { SharingProcess } from './sharing-processes.ts'

async function startFour(): Promise<readonly SharingProcess<SharingOrder>[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-hybrid-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'cache.db')
  return Promise.all(Array.from({ length: 4 }, () => SharingProcess.start<SharingOrder>('sharing-process.ts', path)))
}

/** Well below the 30 s that a copy would stay unheard of. */
const SOON = { timeout: 20_000, interval: 10 }

test('what one changes the others see soon, though they had a copy of it', { timeout: 60_000 }, async () => {
  const all = await startFour()
  for (let round = 0; round < 8; round++) {
    const writer = all[round % 4]
    const value = `value ${round}`
    await writer?.do({ do: 'set', key: 'key', value })
    for (const one of all) {
      await vi.waitFor(async () => expect(await one.do({ do: 'get', key: 'key' })).toBe(value), SOON)
    }
    await (round % 2 === 0 ? writer?.do({ do: 'invalidate', tag: 't' }) : writer?.do({ do: 'delete', key: 'key' }))
    for (const one of all) {
      await vi.waitFor(async () => expect(await one.do({ do: 'get', key: 'key' })).toBeUndefined(), SOON)
    }
  }
})

test('after 300 operations of all kinds each, no wrong value and one truth', { timeout: 60_000 }, async () => {
  const all = await startFour()
  const wrong = await Promise.all(all.map((one, at) => one.do({ do: 'mix', seed: at + 1, count: 300 })))
  expect(wrong).toEqual([[], [], [], []])
  for (let at = 0; at < 8; at++) {
    const ask = () => Promise.all(all.map((one) => one.do({ do: 'get', key: `key ${at}` })))
    await vi.waitFor(async () => expect(new Set(await ask()).size).toBe(1), SOON)
  }
  await Promise.all(all.map((one) => one.do({ do: 'close' })))
})
