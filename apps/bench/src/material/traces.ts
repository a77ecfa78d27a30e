/** The traces that hit ratios are measured on: recorded ones (traces/README.md), and such as are made from seeds. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { syntheticTraces } from './synthetic-traces.ts'

const RECORDED = ['db-oltp', 'db-orm-busy', 'web-shop12', 'kv-corda', 'loop-pure']

export const traceNames: readonly string[] = [...RECORDED, ...Object.keys(syntheticTraces)]

/** Keys in the order they are asked for. @throws Error for a name that is none */
export function traceOf(name: string): readonly number[] {
  const made = syntheticTraces[name]
  if (made !== undefined) return made()
  const file = new URL(`../../traces/${name}.txt.gz`, import.meta.url)
  return gunzipSync(readFileSync(file)).toString('latin1').trimEnd().split('\n').map(Number)
}
