/** Commits as the arguments of the script, and records as it keeps them. */
import {
  type CommitResult,
  noNumber,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRecord,
  type SpaceValue,
} from '@stowage/core'
import type { Argument } from '../client.ts'
import { bytesOf, listOf, type Reply, textOf } from '../reply.ts'

/** What a value is: the letter before it. */
const TEXT = 'T'
const BYTES = 'B'

export function commitArguments({ expect, changes }: SpaceCommit): Argument[] {
  const args: Argument[] = [String(expect.length)]
  for (const { key, version } of expect) args.push(key, String(version))
  for (const change of changes) args.push(...changeArguments(change))
  return args
}

function changeArguments(change: SpaceChange): Argument[] {
  switch (change.do) {
    case 'put':
      return ['p', change.key, String(change.moveCount), written(change.value)]
    case 'append':
      return ['a', change.prefix, written(change.value)]
    case 'delete':
      return ['d', change.key]
    case 'add':
      return ['+', change.key, String(change.by), change.max === undefined ? '' : String(change.max)]
    case 'move': {
      const { range, limit, aheadFrom, cut, into, isCounted } = change
      const ahead = aheadFrom === undefined ? '' : String(aheadFrom)
      return ['m', range.from, range.to ?? '', String(limit), String(cut), into, isCounted ? '1' : '0', ahead]
    }
  }
}

function written(value: SpaceValue): Argument {
  return typeof value === 'string' ? TEXT + value : Buffer.concat([Buffer.from(BYTES), value])
}

/** @throws Error when the server answers with something else, or what was to be added to is no number */
export function commitResult(reply: Reply, { expect }: SpaceCommit): CommitResult {
  const [head, second, moved] = listOf(reply)
  const word = textOf(head)
  if (word === 'over') return { outcome: 'over' }
  if (word === 'torn') throw noNumber(textOf(second))
  if (word === 'conflict') return { outcome: 'conflict', found: listOf(second).map(foundAt(expect)) }
  return {
    outcome: 'done',
    version: Number(word),
    sums: listOf(second).map((sum) => Number(textOf(sum))),
    moved: listOf(moved).map(recordsOf),
  }
}

/** An empty text is none. */
function foundAt(expect: SpaceCommit['expect']): (text: Reply, at: number) => SpaceRecord | undefined {
  return (text, at) => {
    const record = bytesOf(text)
    return record.length === 0 ? undefined : recordOf(expect[at]?.key ?? '', record)
  }
}

/** Keys and records in turn. */
export function recordsOf(reply: Reply): SpaceRecord[] {
  const parts = listOf(reply)
  return Array.from({ length: parts.length / 2 }, (_, index) =>
    recordOf(textOf(parts[2 * index]), bytesOf(parts[2 * index + 1])),
  )
}

const SPACE = 0x20

export function recordOf(key: string, record: Buffer): SpaceRecord {
  const versionEnd = record.indexOf(SPACE)
  const movesEnd = record.indexOf(SPACE, versionEnd + 1)
  if (versionEnd < 1 || movesEnd < 1) throw new Error(`what is kept under '${key}' is no record`)
  const value = record.subarray(movesEnd + 2)
  return {
    key,
    version: Number(record.toString('latin1', 0, versionEnd)),
    moveCount: Number(record.toString('latin1', versionEnd + 1, movesEnd)),
    value: record.toString('latin1', movesEnd + 1, movesEnd + 2) === TEXT ? value.toString() : value,
  }
}
