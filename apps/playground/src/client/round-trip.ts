/**
 * How long an answer took to come, as the browser's network side measured it: a page that is busy drawing other panels
 * reads its answers late, and would blame the server for it.
 */

// The browser keeps a bounded list and stops at its end; all but the newest entries have served their purpose.
performance.addEventListener('resourcetimingbufferfull', () => performance.clearResourceTimings())

/** @param askedAtMs by performance.now(); undefined comes back when the browser kept no such request. */
export function wireMs(path: string, askedAtMs: number): number | undefined {
  const requests = performance.getEntriesByType('resource')
  return requests.findLast(({ name, startTime }) => startTime >= askedAtMs && new URL(name).pathname === path)?.duration
}
