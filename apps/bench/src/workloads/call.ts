/** Which call of a contender a workload measures, and what the contender does when it has not got it. */
import type { Contender, OpenCache } from '../contenders/contender.ts'

export type CallName = 'get' | 'getSync' | 'getOrSet' | 'delete'

export function callOf(contender: Contender, open: OpenCache, name: CallName): (key: string) => unknown {
  const call = open[name]
  if (call === undefined) throw new TypeError(`${contender.name} has no ${name}; leave it out of this workload`)
  return call
}
