/** The namespaces of the app's cache; `answers` is the root, where the panels are. */
import type { Cache } from '@stowage/core'

export const SPACES = ['answers', 'recording', 'sample'] as const
export type SpaceName = (typeof SPACES)[number]

export function spaceOf(cache: Cache, space: SpaceName): Cache {
  return space === 'answers' ? cache : cache.namespace(space)
}
