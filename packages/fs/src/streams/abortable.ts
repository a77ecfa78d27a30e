/**
 * Parts that come until a signal ends the wait for them. A source may say nothing for ever, and what it was asked for cannot be taken
 * back: it is told that no more is wanted, and what it says after that comes to nobody.
 */

export function abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const parts = source[Symbol.asyncIterator]()
  const leave = async (): Promise<IteratorResult<T>> => (await parts.return?.()) ?? { done: true, value: undefined }
  const next = (): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        const reason: unknown = signal.reason
        reject(reason)
        // Not waited for: a generator that waits itself answers when that is over.
        leave().catch(ignored)
      }
      if (signal.aborted) {
        end()
        return
      }
      signal.addEventListener('abort', end, { once: true })
      const settled = (): void => signal.removeEventListener('abort', end)
      parts.next().then(resolve, reject).finally(settled)
    })
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) }
}

/** Who aborts has been told of that, and hears of nothing else. */
function ignored(): void {}
