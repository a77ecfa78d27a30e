/** Each backend in a line: what it is good for. */
import type { BackendChoice } from '../../../shared/cache-choice.ts'

export const BACKEND_WORDS: Readonly<Record<BackendChoice, string>> = {
  memory: 'Quickest; gone with the process.',
  fs: 'One file per answer; no native code.',
  sqlite: 'One file for all; shared by the processes of a machine.',
  redis: 'A server; shared by machines.',
  'memory+sqlite': 'Quick, and still there after a restart.',
  'memory+redis': 'Quick, and shared by machines.',
  'memory+sqlite+redis': 'All three, nearest first.',
}
