/** Settings in a file of their own, typed. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, describe, messageOf, withoutPassword } from '@stowage/core'
import type { CachesSettings } from './settings.ts'

const NAMES = ['stowage.config.ts', 'stowage.config.mts', 'stowage.config.js', 'stowage.config.mjs']

/** Gives settings back as they are; for their type, e.g. `export default defineConfig({ ... })` in `stowage.config.ts`. */
export function defineConfig<const Kind extends string>(settings: CachesSettings<Kind>): CachesSettings<Kind> {
  return settings
}

/**
 * What a config file exports by default. A file of TypeScript is loaded as Node loads it, with its types stripped.
 *
 * @param path default: `stowage.config.ts`, `.mts`, `.js` or `.mjs` in the working folder
 * @throws ConfigError when there is none, it cannot be loaded, or it exports no settings
 */
export async function loadSettings(path?: string): Promise<CachesSettings<string>> {
  if (path !== undefined && typeof path !== 'string') {
    throw new ConfigError(`config file: ${describe(path)} is not a path; allowed: the name of a file`)
  }
  const file = path ?? NAMES.find((name) => existsSync(name))
  if (file === undefined)
    throw new ConfigError(`config file: none found; allowed: ${NAMES.join(', ')} in ${process.cwd()}`)
  if (!existsSync(file)) throw new ConfigError(`config file: '${withoutPassword(file)}' does not exist`)
  const loaded = await imported(file)
  const settings = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
  if (isSettings(settings)) return settings
  throw new ConfigError(
    `config file: '${file}' exports ${describe(settings)} by default; allowed: settings, as of defineConfig({ kinds: ... })`,
  )
}

/** What goes wrong in it seldom says by itself in which file. */
async function imported(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (cause) {
    throw new ConfigError(`config file: '${withoutPassword(file)}' cannot be loaded: ${messageOf(cause)}`, { cause })
  }
}

/** What is in them is checked where they are used. */
function isSettings(value: unknown): value is CachesSettings<string> {
  return typeof value === 'object' && value !== null && 'kinds' in value
}
