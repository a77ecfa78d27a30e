/** Has the records of a space taken out by a thread (drop-many.ts). */
import { startThread } from '../thread.ts'
import type { DropOrder } from './drop-many.ts'

/** Settles when the thread has ended. @throws what the thread failed with, or that there is none to be had */
export function dropInThread(order: DropOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = startThread('drop')
    let isDone = false
    thread.on('message', () => {
      isDone = true
    })
    thread.on('error', reject)
    thread.postMessage(order)
    thread.on('exit', () => (isDone ? resolve() : reject(new Error('the thread that drops a space ended early'))))
  })
}
