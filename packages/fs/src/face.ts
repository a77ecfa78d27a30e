/** What `fsBackend` makes: a backend, and what only this one can do. */
import type { Backend, Key, WriteOutcome } from '@stowage/core'
import type { ByteSource, StreamOptions, StreamPlace } from './streams/stream-entry.ts'
import type { StreamedEntry } from './streams/stream-reading.ts'

export interface FsBackend extends Backend {
  /**
   * Stores a value that comes in parts, without holding it in memory; `cache.get` finds it as a Uint8Array. `stored`, or why it was refused. A source that fails, and an aborted write, throw and leave nothing.
   */
  setStream(key: Key, source: ByteSource, options: StreamOptions): Promise<WriteOutcome>
  /** The value of a key in parts, if it is there and is bytes. @throws UsageError when it is not bytes */
  getStream(key: Key, where?: StreamPlace): Promise<StreamedEntry | undefined>
}
