/** Packages that are needed only by those who choose them: imported when they are, and missing with the way to get them. */
import { ConfigError } from '@stowage/core'

/** @throws ConfigError with the install command when the package is not there. */
export async function installed<T>(at: string, name: string, importing: () => Promise<T>): Promise<T> {
  try {
    return await importing()
  } catch (thrown) {
    if (!isMissing(thrown, name)) throw thrown
    throw new ConfigError(`${at}: needs ${name}, which is not installed; run: npm install ${name}`, { cause: thrown })
  }
}

/** Not of something that the package itself misses. */
function isMissing(thrown: unknown, name: string): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    thrown.code === 'ERR_MODULE_NOT_FOUND' &&
    thrown.message.includes(`'${name}'`)
  )
}
