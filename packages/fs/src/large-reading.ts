/** Reading what is more than a moment's work: off the event loop, and only so many files at once. */
import { close, fstatSync, read } from 'node:fs'
import { promisify } from 'node:util'
import type { Store } from './store.ts'

const closeFile = promisify(close)
const readFile = promisify(read)

/** All of the file that begins so. The descriptor is closed in the end. */
export async function readRest(
  { readGate }: Pick<Store, 'readGate'>,
  descriptor: number,
  beginning: Buffer,
): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(fstatSync(descriptor).size)
  let length = beginning.copy(whole)
  try {
    await readGate.pass(async () => {
      while (length < whole.length) {
        const { bytesRead } = await readFile(descriptor, whole, length, whole.length - length, length)
        if (bytesRead === 0) break
        length += bytesRead
      }
    })
  } finally {
    await closeFile(descriptor)
  }
  return whole.subarray(0, length)
}
