/**
 * Bounds how many files are written at once, so that other users of the thread pool get their turn, and gives texts the memory
 * that they are written from.
 */
import { Gate } from '@stowage/core'
import { giveBuffer, takeBuffer } from './buffer-pool.ts'

const WRITE_COUNT = 4

export class WriteBuffers {
  readonly #gate = new Gate(WRITE_COUNT)

  /** Runs with the body in memory that stays as it is until that has ended. */
  use<T>(body: string | Uint8Array, run: (bytes: Uint8Array) => Promise<T>): Promise<T> {
    return this.#gate.pass(() => held(body, run))
  }
}

async function held<T>(body: string | Uint8Array, run: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  const lengthBytes = Buffer.byteLength(body)
  const buffer = typeof body === 'string' ? takeBuffer(lengthBytes) : undefined
  try {
    if (buffer === undefined || typeof body !== 'string')
      return await run(typeof body === 'string' ? Buffer.from(body) : body)
    buffer.write(body)
    return await run(buffer.subarray(0, lengthBytes))
  } finally {
    if (buffer !== undefined) giveBuffer(buffer)
  }
}
