/** A backend whose file had been replaced took the value files of the new cache for leftovers, and deleted them. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkAll, held, NOW_MS, put } from '../entries.ts'
import { attach, openStore } from '../stores.ts'

const LARGE = 'x'.repeat(300_000)

test.each(['sweep', 'check'] as const)(
  '%s leaves alone what belongs to the database that is there now',
  async (what) => {
    const { backend, path } = openStore()
    await put(backend, 'old', 1)
    for (const part of ['', '-wal', '-shm']) rmSync(path + part)
    const other = attach(path)
    await put(other, 'key', LARGE)
    if (what === 'sweep') await backend.sweep(NOW_MS)
    else await checkAll(backend, 'repair')
    expect(await held(other, 'key')).toBe(LARGE)
  },
)
