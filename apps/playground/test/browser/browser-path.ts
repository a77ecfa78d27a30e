/** Where the system's Chromium is. Nothing is ever installed by a test. */
import { existsSync } from 'node:fs'

const USUAL_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

const named = process.env['CHROMIUM_PATH']
/** One that is named is the only one that is looked for. */
export const BROWSER_PATHS: readonly string[] = named ? [named] : USUAL_PATHS

/** Undefined where there is none: the tests are then skipped. */
export const browserPath: string | undefined = BROWSER_PATHS.find((path) => existsSync(path))
