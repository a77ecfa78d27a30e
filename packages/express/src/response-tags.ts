/** The tags of a response: those of the route, and those its own fields name. */
import { MAX_TAG_BYTES, MAX_TAG_COUNT } from '@stowage/core'
import type { Request, Response } from 'express'
import { fieldText, listMembers } from './header-text.ts'
import type { RoutePlan } from './plan.ts'

export const TAG_FIELDS: ReadonlySet<string> = new Set(['cache-tag', 'surrogate-key'])

/** Undefined when they are not all allowed: what cannot be invalidated by each of its tags must not be stored. */
export function tagsOf(plan: RoutePlan, req: Request, res: Response, urlTag: string): readonly string[] | undefined {
  const routes = typeof plan.tags === 'function' ? plan.tags(req, res) : (plan.tags ?? [])
  const listed = listMembers(fieldText(res.getHeader('cache-tag')) ?? '')
  const keys = (fieldText(res.getHeader('surrogate-key')) ?? '').split(/[ \t,]+/).filter((key) => key !== '')
  const all = [...new Set([urlTag, ...routes, ...listed, ...keys])]
  return all.length <= MAX_TAG_COUNT && all.every(isTag) ? all : undefined
}

function isTag(tag: unknown): boolean {
  return typeof tag === 'string' && tag !== '' && tag.isWellFormed() && Buffer.byteLength(tag) <= MAX_TAG_BYTES
}
