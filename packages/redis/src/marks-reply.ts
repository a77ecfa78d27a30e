/** What the server tells of marks, read. */
import { parseEpoch } from './epoch.ts'
import type { Marks, Told } from './marks-view.ts'
import { listOf, type Reply, textOf } from './reply.ts'

export function toldOf(text: string, tags: Marks, prefixes: Marks): Told {
  const epoch = parseEpoch(text)
  if (epoch === undefined) throw new Error('the server tells of no epoch')
  return { text, epoch, tags, prefixes }
}

/** Members and scores in turn, each member with its kind in front. */
export function marksOf(reply: Reply): Marks {
  const list = listOf(reply)
  return Array.from({ length: list.length / 2 }, (_, at) => [
    textOf(list[2 * at]).slice(1),
    Number(textOf(list[2 * at + 1])),
  ])
}
