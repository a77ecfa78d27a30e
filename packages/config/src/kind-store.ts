/** One kind's store without a cache around it, for tools that look at what a service keeps. */
import { type Bus, type Codec, ConfigError, describe } from '@stowage/core'
import { kindNames } from './kind-names.ts'
import { planKind } from './kind-plan.ts'
import { codecNamed } from './open-cache.ts'
import type { CachesSettings } from './settings.ts'
import { requireShared } from './shared-settings.ts'
import type { TierPlan } from './tier-plan.ts'

export interface KindStore {
  /** Where everything of the kind is: of a hybrid the last tier. */
  readonly store: TierPlan
  /** By which the kind's values are read. */
  readonly codec: Codec
  /** By which services that hold copies of it hear of changes, for `openBus`. Who changes the store tells them. */
  readonly bus: boolean | Bus
}

/** Opens nothing. @throws ConfigError for settings that createCaches would refuse, and a kind that is not among them. */
export async function kindStore(settings: CachesSettings<string>, kind: string): Promise<KindStore> {
  requireShared('kindStore', settings)
  const names = kindNames(settings.kinds)
  const own = names.includes(kind) ? settings.kinds[kind] : undefined
  if (own === undefined) throw new ConfigError(`kind: ${describe(kind)} is not known; allowed: ${names.join(', ')}`)
  const plan = planKind(kind, own, settings)
  const store = plan.tiers.at(-1)
  if (store === undefined) throw new ConfigError(`${plan.at}.tiers: none; allowed: two or more, nearest first`)
  return { store, codec: await codecNamed(plan), bus: plan.hybrid.bus }
}
