/** A client that is always connected and asks no server: what commands come to, the test says. */
import type { ServerClient } from '../src/client.ts'

export function standInClient(callBuffer: ServerClient['callBuffer']): ServerClient {
  return {
    status: 'ready',
    options: {},
    callBuffer,
    pipeline: () => ({ callBuffer: () => undefined, exec: async () => null }),
    duplicate: () => {
      throw new Error('nobody listens')
    },
    connect: async () => undefined,
    disconnect: () => undefined,
    on: () => undefined,
    off: () => undefined,
    listenerCount: () => 0,
  }
}
