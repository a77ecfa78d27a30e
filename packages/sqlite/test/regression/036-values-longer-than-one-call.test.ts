/** Regression: a value of 2 GiB or more could be neither written nor read: all of it was asked for in one call, which Node refuses. */
import type * as Fs from 'node:fs'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { ValueFolder } from '../../src/value-files/value-folder.ts'
import { newPath } from '../stores.ts'
import { NO_SPARES } from '../value-file-sight.ts'

/** In the place of 2 GiB. */
const REFUSED_BYTES = 100_000

vi.mock('../../src/value-files/call-limit.ts', () => ({ MAX_CALL_BYTES: 99_999 }))

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof Fs>()
  const promised = <Given extends readonly unknown[], Done>(run: (...given: Given) => Done) =>
    Object.assign(() => undefined, { [promisify.custom]: async (...given: Given) => run(...given) })
  const require = (length: number) => {
    if (length >= REFUSED_BYTES) throw new RangeError(`The value of "length" is out of range: ${length}`)
  }
  return {
    ...fs,
    write: promised((file: number, bytes: Uint8Array, at: number, length: number) => {
      require(length)
      return { bytesWritten: fs.writeSync(file, bytes, at, length) }
    }),
    read: promised((file: number, bytes: Uint8Array, at: number, length: number, position: number | null) => {
      require(length)
      return { bytesRead: fs.readSync(file, bytes, at, length, position) }
    }),
  }
})

test('no call asks for more than the system gives in one, and what comes back is what was written', async () => {
  const folder = new ValueFolder(newPath(), 'relaxed', NO_SPARES)
  const content = Buffer.alloc(750_000, 'no two places of it that are near each other are the same, ')
  await folder.write(1, content)
  expect(content.equals((await folder.read(1, content.length)) ?? Buffer.alloc(0))).toBe(true)
})
