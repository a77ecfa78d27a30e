/** What a resolver returns that can be read once: it cannot be kept, nor given to two callers. */

/** As tRPC sees it: an async iterable, or an object with promises or async iterables in it. */
export function isStream(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  if (isOnce(data)) return true
  const prototype: unknown = Object.getPrototypeOf(data)
  const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(data)
  return isPlain && Object.values(data).some(isOnce)
}

function isOnce(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Promise || value instanceof ReadableStream || Symbol.asyncIterator in value) return true
  return 'then' in value && typeof value.then === 'function'
}
