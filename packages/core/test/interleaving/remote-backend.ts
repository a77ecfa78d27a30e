/** A backend on the other side of a wire: what arrives is done at once; the wire decides when, and when the answer comes. */
import { ReferenceBackend } from '@stowage/core/testing'
import type { Wire } from './wire.ts'

export class RemoteBackend extends ReferenceBackend {
  readonly wire: Wire

  constructor(wire: Wire, holds: 'values' | 'bytes') {
    super({ holds })
    this.wire = wire
    for (const operation of ['get', 'set', 'delete', 'touch', 'invalidate', 'lease', 'renew', 'release'] as const) {
      const local: unknown = Reflect.get(this, operation)
      if (typeof local !== 'function') continue
      Reflect.set(this, operation, async (...args: unknown[]) => {
        await wire.trip(`${operation} arrives`)
        const answer: unknown = Reflect.apply(local, this, args)
        await wire.trip(`${operation} answered`)
        return answer
      })
    }
  }
}
