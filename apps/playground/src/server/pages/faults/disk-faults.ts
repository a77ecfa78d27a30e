/** Damage to what lies on the disk: single bits turned over, as a failing disk does, under the feet of those who use it. */
import { randomInt } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseIn, type StoreName } from './proving-cache.ts'

const FILE_COUNT = 20
const FLIP_COUNT = 20
/** The first page of a database says what it is; without it there is nothing to damage. */
const PAGE_BYTES = 4_096

/** @returns how many bits were turned. */
export async function damage(store: StoreName, folder: string): Promise<number> {
  if (store === 'sqlite') return flip(databaseIn(folder), PAGE_BYTES, FLIP_COUNT)
  const entries = join(folder, 'files', 'entries')
  const names = await readdir(entries, { recursive: true, withFileTypes: true })
  const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name))
  let flipped = 0
  for (let turn = 0; turn < Math.min(FILE_COUNT, files.length); turn++) {
    const [file] = files.splice(randomInt(files.length), 1)
    if (file !== undefined) flipped += await flip(file, 0, 1)
  }
  return flipped
}

async function flip(path: string, fromByte: number, count: number): Promise<number> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size <= fromByte) return 0
  const file = await open(path, 'r+')
  try {
    const byte = Buffer.alloc(1)
    for (let turn = 0; turn < count; turn++) {
      const at = randomInt(fromByte, size)
      await file.read(byte, 0, 1, at)
      byte[0] = (byte[0] ?? 0) ^ (1 << randomInt(8))
      await file.write(byte, 0, 1, at)
    }
  } finally {
    await file.close()
  }
  return count
}
