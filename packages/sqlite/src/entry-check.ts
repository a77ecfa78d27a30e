/** The part of a check that walks the entries and mends what their examination finds. */
import { type CheckReport, yieldToLoop } from '@stowage/core'
import type { Suspect } from './check-statements.ts'
import { type Checking, type Examined, examine } from './examination.ts'
import type { Store } from './store.ts'

/** Entries, and bytes of them, that one step looks at: a few milliseconds of work. */
const STEP_COUNT = 64
const STEP_BYTES = 1_000_000
/** Value files read for one entry, which is overwritten meanwhile each time. */
const MOST_READS = 8

/** @returns by how many bytes the sizes found wrong and left so exceed the true ones. */
export async function* checkEntries(checking: Checking): AsyncGenerator<CheckReport, number> {
  const { repair } = checking
  let excessBytes = 0
  let afterId: number | undefined = -Number.MAX_SAFE_INTEGER
  while (afterId !== undefined) {
    const fromId: number = afterId
    const found = await nextExamined(checking, fromId)
    afterId = found.at(-1)?.id
    const examined = repair ? await mended(checking, found) : found
    if (!repair) for (const entry of examined) excessBytes += entry.excessBytes
    yield reportOn(examined, repair)
    await yieldToLoop()
  }
  return excessBytes
}

/** Value files are read before the view in which their entries are looked at: nothing can be awaited there. */
async function nextExamined(checking: Checking, fromId: number): Promise<readonly Examined[]> {
  const { store, contents } = checking
  for (let readCount = 0; ; readCount++) {
    const isRestless = readCount === MOST_READS
    const { found, wanted } = await store.transactions.view(() => examineNext(checking, fromId, isRestless))
    if (wanted === undefined || found.length > 0) return found
    contents.clear()
    contents.set(wanted, await contentOf(store, wanted))
  }
}

async function contentOf({ files, transactions }: Store, fileId: number): Promise<Uint8Array | undefined> {
  const row = await transactions.read(() => files.statements.find.get(fileId))
  if (row?.state !== 'kept') return undefined
  const content = await files.folder.read(fileId, row.sizeBytes)
  return content?.length === row.sizeBytes ? content : undefined
}

/**
 * @param isRestless whether the first one had another value file each time one had been read
 * @returns what comes next, up to a value file that is `wanted` first.
 */
function examineNext(
  checking: Checking,
  fromId: number,
  isRestless: boolean,
): { readonly found: readonly Examined[]; readonly wanted: number | undefined } {
  const found: Examined[] = []
  let left = STEP_BYTES
  for (let afterId = fromId; found.length < STEP_COUNT && left > 0; ) {
    const row = checking.statements.nextEntry.get(afterId)
    if (row === undefined) break
    const isPassedOver = isRestless && found.length === 0
    if (isUnread(checking, row) && !isPassedOver) return { found, wanted: Number(row.fileId) }
    const examined = isUnread(checking, row) ? passedOver(row) : examine(checking, row)
    found.push(examined)
    left -= examined.workBytes
    afterId = row.id
  }
  return { found, wanted: undefined }
}

/** What is written anew all the time has not lain there to be damaged. */
function passedOver({ id, sizeBytes }: Suspect): Examined {
  return { id, isTorn: false, sizeBytes: Number(sizeBytes), excessBytes: 0, workBytes: 0, repairs: [] }
}

function isUnread({ contents }: Checking, { fileId }: Suspect): boolean {
  return fileId !== null && !contents.has(Number(fileId))
}

/** What is found when the faulty ones are looked at again, and put right at once; no other process can come between. */
async function mended(checking: Checking, found: readonly Examined[]): Promise<readonly Examined[]> {
  const { store, statements } = checking
  const faulty = found.filter(({ repairs }) => repairs.length > 0)
  if (faulty.length === 0) return found
  await yieldToLoop()
  const again = await store.transactions.write((turn) =>
    faulty.flatMap(({ id }) => {
      const row = statements.entryOfId.get(id)
      // Written anew meanwhile, perhaps: then it is none of those looked at.
      if (row === undefined || isUnread(checking, row)) return []
      const examined = examine(checking, row)
      for (const repair of examined.repairs) repair(turn)
      return examined
    }),
  )
  return [...found.filter(({ repairs }) => repairs.length === 0), ...again]
}

function reportOn(examined: readonly Examined[], repair: boolean): CheckReport {
  const report = { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }
  for (const { isTorn, sizeBytes, repairs } of examined) {
    if (isTorn) report.torn++
    else {
      report.entries++
      report.bytes += sizeBytes
      report.wrong += repairs.length
    }
    if (repair) report.repaired += repairs.length
  }
  return report
}
