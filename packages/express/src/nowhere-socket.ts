/** The connection of a response that nobody is sent. */
import { Socket } from 'node:net'

/** Where there is no server, a response does not hear that there is room again. The types of Node know the first one only. */
const NEVER_FULL = { allowHalfOpen: false, writableHighWaterMark: Number.MAX_SAFE_INTEGER }

/** Takes everything, sends nothing, and has the addresses of the connection the request came by. */
export class NowhereSocket extends Socket {
  readonly encrypted: boolean

  constructor(like: Socket) {
    super(NEVER_FULL)
    this.encrypted = 'encrypted' in like && like.encrypted === true
    Object.defineProperty(this, 'remoteAddress', { value: like.remoteAddress })
  }

  override _read(): void {
    // Nobody sends.
  }

  override _write(_chunk: unknown, _encoding: BufferEncoding, taken: () => void): void {
    taken()
  }

  override _writev(_chunks: readonly unknown[], taken: () => void): void {
    taken()
  }

  override _final(done: () => void): void {
    done()
  }
}
