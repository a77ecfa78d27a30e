/** A thread of its own that takes all records out of a space. */
import { parentPort } from 'node:worker_threads'
import { type DropOrder, dropMany } from './spaces/drop-many.ts'

parentPort?.once('message', (order: DropOrder) => {
  dropMany(order)
  parentPort?.postMessage('done')
})
