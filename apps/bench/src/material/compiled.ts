/**
 * A run starts hundreds of processes that read the same sources: they are stripped of their types and parsed once. What is
 * measured of a start-up runs in processes that do not do this.
 */
import { enableCompileCache } from 'node:module'
import { resolve } from 'node:path'

export function keepCompiled(): void {
  enableCompileCache(resolve(import.meta.dirname, '../../../../node_modules/.cache/bench'))
}
