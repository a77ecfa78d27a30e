/** How much of the cache one user wants. */

/**
 * - `full`: all usual answers are loaded ahead, behind an overlay, and kept warm.
 * - `selective`: what is asked for is kept.
 * - `disabled`: this user's questions go to the source, past the cache.
 */
export const CACHE_MODES = ['full', 'selective', 'disabled'] as const
export type CacheMode = (typeof CACHE_MODES)[number]

export const DEFAULT_MODE: CacheMode = 'selective'
