/** Waiting for a child process: it answers, or it ends or hangs, and then the wait ends too. */
import type { ChildProcess } from 'node:child_process'

/** @throws Error when the process ends instead, or says nothing for `limitMs`. */
export async function nextMessage<Message>(child: ChildProcess, limitMs: number): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>()
  const onMessage = (message: Message): void => resolve(message)
  const onExit = (code: number | null, signal: string | null): void => {
    reject(new Error(`its process ended with ${signal ?? code}`))
  }
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  child.once('message', onMessage).once('exit', onExit).once('error', reject)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    child.off('message', onMessage).off('exit', onExit).off('error', reject)
  }
}
