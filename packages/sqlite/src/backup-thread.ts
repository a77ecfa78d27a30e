/** A thread of its own that makes a backup: it has the disk to wait for. */
import { parentPort } from 'node:worker_threads'
import { type CopyOrder, copyAll } from './backup/copy.ts'

parentPort?.once('message', (order: CopyOrder) => {
  copyAll(order, (news) => parentPort?.postMessage(news)).catch((thrown: unknown) => {
    // Outside of any promise: ends the thread whatever the process does with rejections, and is the parent's to hear.
    setImmediate(() => {
      throw thrown
    })
  })
})
