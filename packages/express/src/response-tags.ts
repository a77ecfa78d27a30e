/** The tags of a response besides its URL's: those of the route, and those its own fields name. */
import { describe, MAX_TAG_BYTES, MAX_TAG_COUNT, UsageError } from '@stowage/core'
import type { Request, Response } from 'express'
import { fieldText, listMembers } from './header-text.ts'
import type { RoutePlan } from './plan.ts'
import { type RequestPlace, urlTag } from './request-key.ts'
import type { ResponseHead } from './stored-response.ts'

export const TAG_FIELDS: ReadonlySet<string> = new Set(['cache-tag', 'surrogate-key'])

/**
 * Undefined when they are not all allowed: what cannot be invalidated by each of its tags must not be stored.
 * @param stored those it had
 * @throws UsageError when the route's function gives no list
 */
export function tagsOf(
  plan: RoutePlan,
  req: Request,
  res: Response,
  stored: readonly string[],
): readonly string[] | undefined {
  const routes = typeof plan.tags === 'function' ? plan.tags(req, res) : (plan.tags ?? [])
  requireList(routes)
  const listed = listMembers(fieldText(res.getHeader('cache-tag')) ?? '')
  const keys = (fieldText(res.getHeader('surrogate-key')) ?? '').split(/[ \t,]+/).filter((key) => key !== '')
  const all = [...new Set([...stored, ...routes, ...listed, ...keys])]
  return all.length < MAX_TAG_COUNT && all.every(isTag) ? all : undefined
}

/** All that the entry of a response is invalidated by. */
export function entryTags(place: RequestPlace, { tags }: ResponseHead): readonly string[] {
  return [urlTag(place), ...tags]
}

function isTag(tag: unknown): boolean {
  return typeof tag === 'string' && tag !== '' && tag.isWellFormed() && Buffer.byteLength(tag) <= MAX_TAG_BYTES
}

/** A text would be as many tags as it has characters. */
function requireList(tags: unknown): void {
  if (!Array.isArray(tags)) throw new UsageError(`tags: the function gave ${describe(tags)}; allowed: an array of tags`)
}
