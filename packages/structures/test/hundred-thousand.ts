/**
 * 100,000 jobs through eight processes of which one after the other is killed, by hand, since it takes minutes:
 *
 *   pnpm test:soak sqlite|redis://host:port [jobs] ['by hand'|work]
 *
 * On sqlite in a folder of its own, or on the Redis that is named, under a prefix of its own.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCrew } from './crew.ts'
import type { StoreWish } from './fixtures/store-wish.ts'

const [url, jobs = '100000', way = 'by hand'] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'stowage-crew-'))
const store: StoreWish = url?.startsWith('redis')
  ? { kind: 'redis', url, prefix: `crew:${randomUUID()}:` }
  : { kind: 'sqlite', path: join(folder, 'app.db') }
try {
  const wish = {
    processCount: 8,
    jobCount: Number(jobs),
    killCount: 60,
    killEveryMs: 500,
    visibilityMs: 3_000,
    longestSilenceMs: 60_000,
  }
  const result = await runCrew({ ...wish, store, way: way === 'work' ? way : 'by hand' })
  process.stdout.write(`${JSON.stringify({ store: store.kind, way, ...wish, ...result })}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
