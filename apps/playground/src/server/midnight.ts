/** When the Summary is made anew: at the next midnight of this server's time zone, also on days of 23 or 25 hours. */

export function nextMidnightAtMs(nowMs: number): number {
  const now = new Date(nowMs)
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime()
}

export const TIME_ZONE: string = Intl.DateTimeFormat().resolvedOptions().timeZone
