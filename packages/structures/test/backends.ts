/** The backends that have spaces, each ready to be opened several times on the same store. */
import type { Backend } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'

export interface TestStore extends AsyncDisposable {
  open(): Backend
}

export interface BackendKind {
  readonly name: string
  /** Several that are open at once see the same. */
  readonly isShared: boolean
  create(): Promise<TestStore>
}

export const BACKENDS: readonly BackendKind[] = [
  {
    name: 'memory',
    isShared: false,
    async create() {
      const backend = memoryBackend({ maxEntries: 10 })
      return { open: () => backend, [Symbol.asyncDispose]: async () => backend.close() }
    },
  },
]
