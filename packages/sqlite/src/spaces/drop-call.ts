/** Has the records of a space taken out by a thread (drop-many.ts). */
import { Worker } from 'node:worker_threads'
import type { DropOrder } from './drop-many.ts'

/** Settles when the thread has ended. @throws what the thread failed with, or that there is none to be had */
export function dropInThread(order: DropOrder): Promise<void> {
  const file = import.meta.url.endsWith('.ts') ? '../drop-thread.ts' : './drop-thread.js'
  return new Promise((resolve, reject) => {
    // As the thread of checkpoints: none of the process's own flags.
    const thread = new Worker(new URL(file, import.meta.url), { execArgv: [] })
    let isDone = false
    thread.on('message', () => {
      isDone = true
    })
    thread.on('error', reject)
    thread.postMessage(order)
    thread.on('exit', () => (isDone ? resolve() : reject(new Error('the thread that drops a space ended early'))))
  })
}
