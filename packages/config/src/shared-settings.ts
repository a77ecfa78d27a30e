/** What all kinds share, checked before any of them is looked at. */
import { ConfigError, describe, oneOf, requireClock, requireKnownOptions } from '@stowage/core'
import { requireKind } from './kind-plan.ts'
import type { CachesSettings, Mode, SharedSettings } from './settings.ts'

const MODES = ['full', 'selective', 'disabled'] as const satisfies readonly Mode[]

/** @param where the function they were given to. @throws ConfigError */
export function requireShared<Kind extends string>(where: string, settings: CachesSettings<Kind>): void {
  requireKnownOptions(where, settings, ['directory', 'mode', 'disk', 'clock', 'defaults', 'kinds'])
  const { directory, mode, disk, clock, defaults }: SharedSettings = settings
  if (defaults !== undefined) requireKind('defaults', defaults)
  if (clock !== undefined) requireClock(clock)
  if (mode !== undefined) oneOf('mode', mode, MODES)
  if (disk !== undefined && typeof disk !== 'boolean') {
    throw new ConfigError(`disk: ${describe(disk)} is not allowed; allowed: true, false`)
  }
  if (directory !== undefined && (typeof directory !== 'string' || directory.trim() === '')) {
    throw new ConfigError(`directory: ${describe(directory)} is not a path; allowed: that of a folder, e.g. './cache'`)
  }
}
