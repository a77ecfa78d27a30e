/** What all requests of one httpCache share. */
import type { Listeners } from '@stowage/core'
import { type HttpCacheEvents, httpCacheListeners } from './events.ts'
import { Flights } from './flights.ts'
import { Loads } from './loads.ts'
import type { RoutePlan } from './plan.ts'
import { RecentKeys } from './recent-keys.ts'
import { URL_TAG_ROOT } from './request-key.ts'
import { Statistics } from './statistics.ts'

const UNSHARED_MS = 60_000
const REFRESH_PAUSE_MS = 1_000

export class Room {
  readonly plan: RoutePlan
  readonly flights: Flights
  readonly loads: Loads = new Loads()
  readonly statistics: Statistics = new Statistics()
  readonly listeners: Listeners<HttpCacheEvents> = httpCacheListeners()
  /** Keys whose response was not to be shared: requests for them do not wait for each other. */
  readonly unshared: RecentKeys = new RecentKeys(UNSHARED_MS)
  /** Keys whose refresh has just begun: one that comes to nothing is not tried at each request. */
  readonly refreshed: RecentKeys = new RecentKeys(REFRESH_PAUSE_MS)

  constructor(plan: RoutePlan) {
    this.plan = plan
    const { cache, clock, collapseTimeoutMs } = plan
    this.flights = new Flights(collapseTimeoutMs, clock)
    const urlTagRoots = cache.storageTags([URL_TAG_ROOT]).slice(-1)
    const isUrlTag = (tag: string): boolean => urlTagRoots.some((root) => tag.startsWith(root))
    cache.on('invalidate', ({ target }) => {
      if ('tags' in target) this.flights.closeCoveredBy(target.tags, target.tags.every(isUrlTag))
      else this.flights.closeAll()
    })
    cache.on('delete', ({ key }) => this.flights.closeAt(key))
  }

  get nowMs(): number {
    return this.plan.clock.nowMs()
  }

  fault(error: unknown): void {
    this.statistics.count('faults')
    this.listeners.emit('fault', { error })
  }
}
