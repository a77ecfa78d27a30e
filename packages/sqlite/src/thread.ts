/** The threads of this package, each in a file beside this one. Node takes 2 ms to load what starts them, and most processes start none. */
import type { Worker } from 'node:worker_threads'

/**
 * None of the process's own flags: preloaded code has no business there, and some flags no thread takes.
 * @throws where no thread is to be had
 */
export function startThread(name: 'backup' | 'checkpoint' | 'drop', workerData?: unknown): Worker {
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  const file = `./${name}-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`
  return new Worker(new URL(file, import.meta.url), { workerData, execArgv: [] })
}
