/** The version of this package. */
import { readFileSync } from 'node:fs'

/** Of package.json, which lies one folder up, from the sources as from what is built. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isNamed ? String(manifest.version) : 'unknown'
}
