/** Row 26: a process that starts: it opens a store of 200 MB, gets its first entry, and then loads what is asked for most. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Contender } from '../contenders/contender.ts'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import { type Bout, type Figures, type Scale, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { requireBuilt } from '../material/installed.ts'
import { figuresIn } from '../material/printed-figures.ts'
import { openStore } from './open-store.ts'

const run = promisify(execFile)
const MAIN = fileURLToPath(new URL('../open-main.ts', import.meta.url))
/** For 100,000 rows of 2 KB at full scale. */
const ROW_FACTOR = 5
/** Of them, those that are loaded at the start: a tenth. */
const PRELOAD_SHARE = 0.1

const OWN = stowageSqlite.name
export const openContenders: readonly Contender[] = [rawSqlite, stowageSqlite]

export const storeOpen: Workload = {
  name: 'store-open',
  row: 26,
  title:
    'import, open and first get of 200 MB (--quick: 20 MB); then getMany of a tenth; built packages, fresh processes',
  entrants: openContenders.map((contender) => ({
    name: contender.name,
    packages: contender.packages,
    open: (scale) => openProcess(contender, scale),
  })),
  measures: [
    { name: 'openMs', title: 'open ms' },
    { name: 'preloadMs', title: 'preload ms' },
  ],
  reference: rawSqlite.name,
  targets: [
    { entrant: OWN, measure: 'openMs', form: 'excess', must: 20, aim: 4 },
    { entrant: OWN, measure: 'preloadMs', form: 'figure', must: 250, aim: 121 },
  ],
  rounds: ({ store }) => store,
}

async function openProcess(contender: Contender, { store: { rowCount } }: Scale): Promise<Bout> {
  const keyCount = rowCount * ROW_FACTOR
  const preloadCount = keyCount * PRELOAD_SHARE
  const store = await openStore(contender, { valueSize: '2 KB', keyCount })
  await store.smoke()
  // What stays is the file, as another process left it.
  await store.cache.close?.()

  /** Without the condition this bench runs under, so that ours are the built packages users install. */
  async function round(): Promise<Figures> {
    const args = [MAIN, contender.name, store.directory, String(keyCount), String(preloadCount)]
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', ...args])
    const { foundCount, ...figures } = figuresIn(stdout)
    if (foundCount === preloadCount + 1) return figures
    throw new WrongAnswerError(`of ${preloadCount + 1} entries ${foundCount} were found`)
  }

  return {
    async smoke() {
      for (const name of contender.packages) requireBuilt(name)
      await round()
    },
    round,
    close: async () => store.removeFiles(),
  }
}
