/**
 * The head of a response that passes by: it says on which request fields it depends, and keeps to itself what is told to this cache
 * only, as those do that are stored. Else a cache between here and the client would give one reader's to another.
 */
import type { ServerResponse } from 'node:http'
import type { RoutePlan } from './plan.ts'
import { TAG_FIELDS } from './response-tags.ts'
import { varyNames } from './vary.ts'
import { takeHead } from './written-head.ts'

export function completeHead(res: ServerResponse, { vary, hideTags }: Pick<RoutePlan, 'vary' | 'hideTags'>): void {
  if (vary.length === 0 && !hideTags) return
  const writeHead: unknown = Reflect.get(res, 'writeHead')
  res.writeHead = (status: number, ...rest: readonly unknown[]) => {
    Object.assign(res, { writeHead })
    takeHead(res, status, rest)
    const names = varyNames(res.getHeader('vary'), vary)
    if (names !== undefined && names.length > 0) res.setHeader('Vary', names.join(', '))
    if (hideTags) for (const name of TAG_FIELDS) res.removeHeader(name)
    if (typeof writeHead === 'function') Reflect.apply(writeHead, res, [res.statusCode])
    return res
  }
}
