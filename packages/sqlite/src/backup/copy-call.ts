/** Has files copied by a thread (copy.ts), and stops it when the signal says so. */
import { startThread } from '../thread.ts'
import type { BackupReport } from './backup.ts'
import type { CopyNews, CopyOrder, FileCopy } from './copy.ts'

type Step = Exclude<CopyNews, { did: 'all' }>

/** Settles when the thread has ended. @throws the signal's reason, or what the thread failed with. */
export async function copyInThread(
  copies: readonly FileCopy[],
  signal: AbortSignal,
  hear: (step: Step) => void,
): Promise<BackupReport> {
  signal.throwIfAborted()
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const end = (): void => void Atomics.store(stop, 0, 1)
  signal.addEventListener('abort', end)
  try {
    return await answer({ copies, stop }, hear)
  } catch (thrown) {
    signal.throwIfAborted()
    throw thrown
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function answer(order: CopyOrder, hear: (step: Step) => void): Promise<BackupReport> {
  const thread = startThread('backup')
  return new Promise((resolve, reject) => {
    let report: BackupReport | undefined
    thread.on('message', (news: CopyNews) => {
      if (news.did === 'all') report = news.report
      else hear(news)
    })
    thread.on('error', reject)
    thread.on('exit', () =>
      report === undefined ? reject(new Error('the backup thread ended early')) : resolve(report),
    )
    thread.postMessage(order)
  })
}
