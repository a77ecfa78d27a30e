/** Measures what each call costs on each backend and prints the tables; `--write` makes docs/costs.md of them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openRedis } from './contenders/redis-server.ts'
import { CALLS, fill } from './costs/calls.ts'
import { type Cost, costsOf } from './costs/measure.ts'
import { costsPage } from './costs/page.ts'
import { openStores } from './costs/stores.ts'
import { SkippedError } from './harness/contract.ts'
import { makeFolder } from './material/folder.ts'
import { machine } from './report/machine.ts'

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const measuredOn = machine()
await using stack = new AsyncDisposableStack()
const folder = stack.adopt(makeFolder(), (made) => made.remove())
const redis = await openRedis(folder.path).catch((error: unknown) => {
  if (error instanceof SkippedError) return undefined
  throw error
})
stack.defer(async () => redis?.stop())
const stores = openStores(folder.path, redis?.url)
for (const { cache } of stores) stack.defer(() => cache.close())
for (const { cache } of stores) await fill(cache)
const rows: { title: string; costs: ReadonlyMap<string, Cost> }[] = []
for (const call of CALLS) rows.push({ title: call.title, costs: await costsOf(call, stores) })
const page = costsPage(
  stores.map(({ title }) => title),
  rows,
  measuredOn,
)
console.log(page)
if (values.write) writeFileSync(join(import.meta.dirname, '../../../docs/costs.md'), page)
