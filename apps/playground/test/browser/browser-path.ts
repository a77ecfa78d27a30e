/** Where the system's Chromium is. Nothing is ever installed by a test. */
import { existsSync } from 'node:fs'

export const BROWSER_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

/** Undefined where there is none: the tests are then skipped. */
export const browserPath: string | undefined =
  process.env['CHROMIUM_PATH'] || BROWSER_PATHS.find((path) => existsSync(path))
