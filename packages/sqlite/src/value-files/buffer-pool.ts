/**
 * Memory that large values are written from, used again and again: fresh memory of a megabyte costs more than the copy into
 * it (0.25 against 0.1 ms), and V8, which counts it, collects garbage for every few dozen of them.
 */
import { type CancelTimer, systemClock } from '@stowage/core'

/** Larger values get memory of their own. */
const BUFFER_BYTES = 2_097_152
/** Buffers of this thread that wait to be used again: 64 MB at most, of which only what was ever written to takes memory. */
const MOST_FREE = 32
/** After which they are given up: many large values come in bursts. */
const IDLE_MS = 10_000

const free: Buffer[] = []
let cancelEnd: CancelTimer | undefined

/** Bytes that nobody else changes. */
export interface HeldBody {
  readonly body: string | Uint8Array
  /** Call once, when nothing reads them any more. */
  readonly release: () => void
}

/** The body as it is now, whatever its owner does with its bytes afterwards. */
export function holdBody(body: string | Uint8Array): HeldBody {
  if (typeof body === 'string') return { body, release: ignore }
  const buffer = takeBuffer(body.byteLength)
  if (buffer === undefined) return { body: Buffer.from(body), release: ignore }
  buffer.set(body)
  return { body: buffer.subarray(0, body.byteLength), release: () => giveBuffer(buffer) }
}

/** Undefined when they are too many for it. */
export function takeBuffer(lengthBytes: number): Buffer | undefined {
  if (lengthBytes > BUFFER_BYTES) return undefined
  return free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
}

/** Call once for a buffer, when nothing reads it any more. */
export function giveBuffer(buffer: Buffer): void {
  if (free.length < MOST_FREE) free.push(buffer)
  cancelEnd?.()
  cancelEnd = systemClock.schedule(IDLE_MS, () => {
    free.length = 0
  })
}

function ignore(): void {}
