/** What the server tells of marks, read. */
import { parseEpoch } from './epoch.ts'
import type { Marks, Told } from './marks-view.ts'
import { listOf, type Reply, textOf } from './reply.ts'

export function toldOf(text: string, tags: Marks, prefixes: Marks): Told {
  const epoch = parseEpoch(text)
  if (epoch === undefined) throw new Error('the server tells of no epoch')
  return { text, epoch, tags, prefixes }
}

/** What an invalidation of these members has come to, by the epoch that it answered with. */
export function toldOfOwn(text: string, members: readonly string[]): Told {
  const told = toldOf(text, [], [])
  const { base, count } = told.epoch
  // It was of everything, which leaves no marks.
  if (base === count) return told
  const marks = (kind: string): Marks =>
    members.filter((member) => member.startsWith(kind)).map((member) => [member.slice(1), count])
  return { ...told, tags: marks('t'), prefixes: marks('p') }
}

/** Members and scores in turn, each member with its kind in front. */
export function marksOf(reply: Reply): Marks {
  const list = listOf(reply)
  return Array.from({ length: list.length / 2 }, (_, at) => [
    textOf(list[2 * at]).slice(1),
    Number(textOf(list[2 * at + 1])),
  ])
}
