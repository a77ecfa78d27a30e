// A snapshot whose checksum was right and whose lengths or changes were not took gigabytes of memory, failed the start, or brought back what had been deleted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  CHANGE,
  END_BYTES,
  END_CHANGES_AT,
  END_CHECKSUM_AT,
  FRAME_HEAD_BYTES,
  MAGIC,
} from '../../src/snapshot/snapshot-format.ts'

/** A snapshot of one entry, and what is made of its bytes before its checksum is put right. */
async function restoredFrom(forged: (bytes: Buffer) => Buffer) {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'snapshot')
  const first = memoryBackend({ maxEntries: 10 })
  await createCache({ backend: first, ttl: '1h' }).set('key', 'value')
  await first.snapshot(path)
  const bytes = forged(readFileSync(path))
  const checkAt = bytes.length - END_BYTES + END_CHECKSUM_AT
  bytes.writeUInt32LE(crc32(bytes.subarray(0, checkAt)), checkAt)
  writeFileSync(path, bytes)
  const backend = memoryBackend({ maxEntries: 10 })
  const taken = vi.spyOn(Buffer, 'allocUnsafe')
  const report = await backend.restore(path)
  const mostBytes = Math.max(...taken.mock.calls.map(([size]) => size))
  taken.mockRestore()
  return { report, mostBytes, value: await createCache({ backend, ttl: '1h' }).get('key') }
}

/** The same with changes behind the entries. */
function withChanges(bytes: Buffer, changes: Buffer): Buffer {
  const endAt = bytes.length - END_BYTES
  return Buffer.concat([bytes.subarray(0, endAt), changes, bytes.subarray(endAt)])
}

function frameOf(text: string, length: number = text.length): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES)
  head.writeUInt8(CHANGE)
  head.writeUInt32LE(length, 1)
  return Buffer.concat([head, Buffer.from(text)])
}

test('as it was written it is restored', async () => {
  expect(await restoredFrom((bytes) => bytes)).toMatchObject({ report: { outcome: 'restored' }, value: 'value' })
  const changed = await restoredFrom((bytes) => withChanges(bytes, frameOf('{"key":"other"}')))
  expect(changed).toMatchObject({ report: { outcome: 'restored' }, value: 'value' })
})

test('an entry that tells of gigabytes is left out', async () => {
  const { report, mostBytes } = await restoredFrom((bytes) => {
    bytes.writeUInt32LE(0xffff_fff0, MAGIC.length + 1)
    return bytes
  })
  expect(report).toEqual({ outcome: 'restored', entries: 0, leftOut: 1 })
  expect(mostBytes).toBeLessThan(1_000_000)
})

test.each([Number.NaN, -1, 3, 1e300, Number.POSITIVE_INFINITY])('changes at %d are damage', async (changesAt) => {
  const { report, value } = await restoredFrom((bytes) => {
    bytes.writeDoubleLE(changesAt, bytes.length - END_BYTES + END_CHANGES_AT)
    return bytes
  })
  expect(report).toEqual({ outcome: 'damaged', entries: 0, leftOut: 0 })
  expect(value).toBeUndefined()
})

test.each([
  ['no JSON', frameOf('{"key":')],
  ['a change of another kind', frameOf('{"since":1}')],
  ['one that is longer than all there is', Buffer.concat([frameOf('{"key":"other"}'), frameOf('{}', 1_000_000_000)])],
])('a change that nobody can read is damage (%s)', async (_, changes) => {
  const { report, mostBytes, value } = await restoredFrom((bytes) => withChanges(bytes, changes))
  expect(report).toEqual({ outcome: 'damaged', entries: 0, leftOut: 0 })
  expect(mostBytes).toBeLessThan(1_000_000)
  expect(value).toBeUndefined()
})
