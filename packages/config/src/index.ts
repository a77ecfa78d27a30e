/** The face of `@stowage/config`: caches by kind from settings, from a file, or one from the environment. */
export { type Caches, createCaches } from './caches.ts'
export { defineConfig, loadSettings } from './config-file.ts'
export { type Derivation, keyOf } from './derived-key.ts'
export { cacheFromEnv, type Environment, settingsFromEnv } from './environment.ts'
export { type KindStore, kindStore } from './kind-store.ts'
export { codecNamed, openBus, openStore } from './open-cache.ts'
export type {
  BackendName,
  CachesSettings,
  CodecName,
  Eviction,
  KindSettings,
  Mode,
  SharedSettings,
  TierName,
  TierSettings,
} from './settings.ts'
export type { TierPlan } from './tier-plan.ts'
