/** The part of a check that walks the tag index: does the entry a row points to carry that tag, as of that epoch? */
import { type CheckReport, yieldToLoop } from '@stowage/core'
import type { IndexedTag } from './check-statements.ts'
import type { Checking } from './examination.ts'
import { parseTags } from './tag-index.ts'

/** Index rows, and bytes of their entries' tags, that one step looks at: a few milliseconds of work. */
const STEP_COUNT = 128
const STEP_BYTES = 250_000

type Place = Pick<IndexedTag, 'tag' | 'tagEpoch' | 'id'>

/** Before all of them: no tag is empty. */
const START: Place = { tag: '', tagEpoch: 0, id: 0 }

export async function* checkTagIndex(checking: Checking): AsyncGenerator<CheckReport> {
  const { transactions } = checking.store
  for (let last: Place | undefined = START; last !== undefined; ) {
    const from: Place = last
    const rows = await transactions.view(() => nextRows(checking, from))
    last = rows.at(-1)
    const orphans = rows.filter(isOrphan)
    const report = { entries: 0, bytes: 0, torn: 0, wrong: 0 }
    if (checking.repair && orphans.length > 0) {
      await yieldToLoop()
      const repaired = await transactions.write(() => orphans.filter((orphan) => takeOut(checking, orphan)).length)
      yield { ...report, orphans: repaired, repaired }
    } else yield { ...report, orphans: orphans.length, repaired: 0 }
    await yieldToLoop()
  }
}

function nextRows({ statements }: Checking, from: Place): readonly IndexedTag[] {
  const rows: IndexedTag[] = []
  let left = STEP_BYTES
  for (let at = from; rows.length < STEP_COUNT && left > 0; ) {
    const row = statements.nextIndexed.get(at.tag, at.tagEpoch, at.id)
    if (row === undefined) break
    rows.push(row)
    left -= row.entryTags?.length ?? 0
    at = row
  }
  return rows
}

function isOrphan({ tag, tagEpoch, entryTags, entryEpoch }: IndexedTag): boolean {
  return entryEpoch !== tagEpoch || !parseTags(entryTags).includes(tag)
}

/** @returns whether it was an orphan still. */
function takeOut({ store, statements }: Checking, { tag, tagEpoch, id }: Place): boolean {
  const row = statements.indexed.get(tag, tagEpoch, id)
  if (row === undefined || !isOrphan(row)) return false
  store.statements.deleteTag.run(tag, tagEpoch, id)
  return true
}
