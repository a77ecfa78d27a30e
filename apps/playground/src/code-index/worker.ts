/**
 * One process of the crew: told its share of the files, it looks at each of them and at all they import.
 *
 * What a file imports may be in the share of another process, which may be parsing it at this moment: the shared single
 * flight of the cache decides who does.
 */
import type { Served } from '@stowage/core'
import { type FileFinding, findingOf, ShareCount, type ShareReport } from './findings.ts'
import type { Outline } from './outline.ts'
import { type OutlinePlace, openOutlines } from './outline-cache.ts'

export interface ShareOrder extends OutlinePlace {
  readonly files: readonly string[]
  readonly share: readonly string[]
}

/** Files a process has open at once. */
const AT_ONCE_COUNT = 16

process.once('message', (order: ShareOrder) => {
  workOn(order).then(
    (report) => process.send?.(report, () => process.disconnect()),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function workOn({ files, share, ...place }: ShareOrder): Promise<ShareReport> {
  const known = new Set(files)
  const outlines = openOutlines(place)
  const count = new ShareCount()
  const seen = new Map<string, Promise<Outline>>()

  // Once per process: the index is of the files as they are now.
  function outline(path: string): Promise<Outline> {
    const asked = seen.get(path) ?? outlines.outline(path).then((served: Served<Outline>) => count.note(served))
    seen.set(path, asked)
    return asked
  }

  const findings: FileFinding[] = []
  const left = share.values()
  async function turn(): Promise<void> {
    for (const path of left) {
      const finding = findingOf(path, await outline(path), known)
      findings.push(finding)
      await Promise.all(finding.uses.map(outline))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE_COUNT }, turn))
  await outlines.close()
  const { parsedCount, parsedMs, servedCount, savedMs } = count
  return { files: findings, parsedCount, parsedMs, servedCount, savedMs }
}
