/** Where the repository is: the checks are run from its root, from a package, or by an editor from anywhere. */
import { join, resolve } from 'node:path'

export const REPOSITORY: string = resolve(import.meta.dirname, '../../..')

/** A tool's program, by its path: found by name it could be another version, or run on another Node. */
export function toolPath(name: string): string {
  return join(REPOSITORY, 'node_modules/.bin', name)
}
