// A snapshot with a value of 2 GiB or more failed: its record was written in one call, which Node refuses.
import { mkdtempSync, rmSync } from 'node:fs'
import type * as Files from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, onTestFinished, test, vi } from 'vitest'
import type * as SnapshotFormat from '../../src/snapshot/snapshot-format.ts'

/** In the place of 2 GiB. */
const REFUSED_BYTES = 100_000

vi.mock('../../src/snapshot/snapshot-format.ts', async (importActual) => ({
  ...(await importActual<typeof SnapshotFormat>()),
  MAX_CALL_BYTES: 99_999,
}))

vi.mock('node:fs/promises', async (importActual) => {
  const files = await importActual<typeof Files>()
  return {
    ...files,
    open: async (path: string, flags: number, mode?: number) => {
      const file = await files.open(path, flags, mode)
      const write = file.write.bind(file)
      return Object.assign(file, {
        write: async (bytes: Uint8Array, at: number, length: number, position: number) => {
          if (length >= REFUSED_BYTES) throw new RangeError(`The value of "length" is out of range: ${length}`)
          return write(bytes, at, length, position)
        },
      })
    },
  }
})

test('no call asks for more than the system takes in one, and what comes back is what was written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'snapshot')
  const backend = memoryBackend({ maxEntries: 10 })
  const value = 'no two places of it that are near each other are the same, '.repeat(10_000)
  await createCache({ backend, ttl: '1h' }).set('key', value)
  await backend.snapshot(path)
  const next = memoryBackend({ maxEntries: 10 })
  expect(await next.restore(path)).toMatchObject({ outcome: 'restored' })
  expect(await createCache({ backend: next, ttl: '1h' }).get('key')).toBe(value)
})
