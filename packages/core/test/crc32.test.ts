/** Checksums are those of zlib, whoever counts them; and a process that reads a few entries does not load it. */
import { crc32 as zlibCrc32 } from 'node:zlib'
import { beforeEach, expect, test, vi } from 'vitest'

const native = vi.hoisted(() => vi.fn<(content: string | Uint8Array, seed: number) => number>())
vi.mock('../src/builtins.ts', () => ({ crc32: native }))

const OWN_BYTES = 65_536
const PART_BYTES = 2_048

/** As in a process that has counted nothing. */
async function unused(): Promise<typeof import('../src/crc32.ts')> {
  vi.resetModules()
  return import('../src/crc32.ts')
}

beforeEach(() => {
  native.mockReset().mockImplementation(zlibCrc32)
})

const bytes = Uint8Array.from({ length: PART_BYTES + 7 }, (_, at) => (at * 7_919) >> 3)
const part = bytes.subarray(7)
const text = Buffer.from(part.map((byte) => byte & 0x7f)).toString()

test.each([
  ['texts', (own: typeof import('../src/crc32.ts')) => [own.crc32(text, 0x9abc_def0), zlibCrc32(text, 0x9abc_def0)]],
  ['bytes', (own: typeof import('../src/crc32.ts')) => [own.crc32(part, 1), zlibCrc32(part, 1)]],
  ['bytes of some', (own: typeof import('../src/crc32.ts')) => [own.crc32Of(bytes, 7, bytes.length), zlibCrc32(part)]],
] as const)('the first 64 KiB of %s are counted without it, the rest by it', async (_, count) => {
  const own = await unused()
  for (let done = PART_BYTES; done <= OWN_BYTES + 2 * PART_BYTES; done += PART_BYTES) {
    const [counted, wanted] = count(own)
    expect(counted).toBe(wanted)
    expect(native).toHaveBeenCalledTimes(Math.max(0, done - OWN_BYTES) / PART_BYTES)
  }
})

test('what is short never needs it, unless it is no ASCII', async () => {
  const { crc32, crc32Of } = await unused()
  for (let done = 0; done < 2 * OWN_BYTES; done += 64) {
    crc32(text.slice(0, 64))
    crc32Of(bytes, 0, 256)
  }
  expect(native).not.toHaveBeenCalled()
  expect(crc32('\u00e9')).toBe(zlibCrc32('\u00e9'))
  expect(native).toHaveBeenCalledOnce()
})

test('once it is loaded it counts all that is long', async () => {
  const { crc32 } = await unused()
  expect(crc32(`${text}\u00e9`)).toBe(zlibCrc32(`${text}\u00e9`))
  crc32(text)
  crc32(part)
  expect(native).toHaveBeenCalledTimes(3)
})
