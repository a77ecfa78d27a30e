/**
 * Streams of pages that nobody looks at are closed: a browser gives one server six connections for all of its tabs, each stream has one,
 * and a further tab would wait for ever.
 */

/**
 * @param begin is called whenever the page comes into sight, and gives how to stop until then
 * @returns how to stop for good
 */
export function whileSeen(begin: () => () => void): () => void {
  let stop: (() => void) | undefined
  function look(): void {
    if (document.visibilityState === 'visible') stop ??= begin()
    else {
      stop?.()
      stop = undefined
    }
  }
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    stop?.()
  }
}
