/**
 * A million entries moved from one store to another while export and import are killed, with what it took. By hand:
 * `node --conditions=@stowage/source packages/cli/test/million.ts [entries] [folder]`
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { sqliteBackend } from '@stowage/sqlite'
import { missingIn, runKilled } from './killed-moves.ts'

const [countText = '1000000', parent = tmpdir(), to = 'sqlite'] = process.argv.slice(2)
const count = Number(countText)
mkdirSync(parent, { recursive: true })
const folder = mkdtempSync(join(parent, 'stowage-million-'))
const paths = {
  from: join(folder, 'from.db'),
  to: join(folder, to === 'fs' ? 'to' : 'to.db'),
  file: join(folder, 'all.ndjson'),
  checkpoint: join(folder, 'checkpoint'),
}
const MAIN = join(import.meta.dirname, '../src/main.ts')
const starter = (args: readonly string[]) =>
  spawn(process.execPath, ['--conditions=@stowage/source', MAIN, ...args], { stdio: 'pipe' })
const sqlite = (path: string) => sqliteBackend({ path, maxBytes: '50GB' })
const target = () => (to === 'fs' ? fsBackend({ directory: paths.to, maxBytes: '50GB' }) : sqlite(paths.to))

async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const result = await run()
  console.log(`${what}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`, result ?? '')
  return result
}

try {
  const cache = createCache({ backend: sqlite(paths.from), ttl: '7d', onFault: 'throw' })
  await timed(`${count} entries stored`, async () => {
    for (let n = 0; n < count; n += 1_000) {
      const entries = Array.from({ length: 1_000 }, (_, at) => n + at)
      await cache.setMany(
        entries.map((id) => [`user:${id}`, { id, name: 'x'.repeat(id % 97) }, { ttl: '7d', tags: [`t${id % 50}`] }]),
      )
    }
  })
  await cache.close()
  const perKillMs = Math.max(700, count / 150)
  const mayKill = (runMs: number) => runMs > perKillMs
  await timed('export', () => runKilled(starter, ['export', paths.from, paths.file, '--resume'], 3, mayKill))
  console.log('bytes of the export:', statSync(paths.file).size)
  const importing = ['import', paths.to, paths.file, '--create', to, '--checkpoint', paths.checkpoint]
  await timed('import', () => runKilled(starter, importing, 3, (runMs) => runMs > 4 * perKillMs))
  const [from, into] = [sqlite(paths.from), target()]
  const missing = await timed('comparison', () => missingIn(into, from))
  console.log('entries there:', (await into.usage(Date.now())).entryCount, 'missing or different:', missing.length)
  await Promise.all([from.close(), into.close()])
  if (missing.length > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
