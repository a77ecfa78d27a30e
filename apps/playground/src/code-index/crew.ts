/** The processes: each gets a share of the files and one message back is its report. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { IndexWish } from './arguments.ts'
import type { ShareReport } from './findings.ts'
import { openOutlines } from './outline-cache.ts'
import { sourceFiles } from './source-files.ts'
import type { ShareOrder } from './worker.ts'

export interface IndexRun {
  readonly wish: IndexWish
  readonly fileCount: number
  readonly reports: readonly ShareReport[]
  readonly tookMs: number
}

export async function runIndex(wish: IndexWish): Promise<IndexRun> {
  const startedAtMs = performance.now()
  const { folder, store, cacheDirectory, workerCount, forget } = wish
  const files = await sourceFiles(folder)
  if (forget.length > 0) {
    const outlines = openOutlines(wish)
    await outlines.forget(forget)
    await outlines.close()
  }
  // Neighbours import each other: dealt out like cards, every process has some of every folder.
  const shares = Array.from({ length: Math.max(1, Math.min(workerCount, files.length)) }, (_, seat) =>
    files.filter((_path, at) => at % workerCount === seat),
  )
  const reports = await Promise.all(shares.map((share) => employ({ folder, store, cacheDirectory, files, share })))
  return { wish, fileCount: files.length, reports, tookMs: performance.now() - startedAtMs }
}

function employ(order: ShareOrder): Promise<ShareReport> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'worker.ts'), { execArgv: ['--conditions=@stowage/source'] })
    let report: ShareReport | undefined
    child.once('message', (message: ShareReport) => {
      report = message
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (report === undefined) reject(new Error(`a process of the code index ended by ${signal ?? `code ${code}`}`))
      else resolve(report)
    })
    child.send(order)
  })
}
