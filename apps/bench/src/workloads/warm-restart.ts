/** Row 20: a server with two tiers that starts again: its first hit, its near tier full again, the first minute of its dashboard. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Bout, type Figures, type Scale, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { liveOnce, warmCount } from '../material/dashboard-cache.ts'
import { makeFolder } from '../material/folder.ts'
import { requireBuilt } from '../material/installed.ts'
import { figuresIn } from '../material/printed-figures.ts'

const run = promisify(execFile)
const MAIN = fileURLToPath(new URL('../restart-main.ts', import.meta.url))
const PACKAGES = ['@stowage/core', '@stowage/hybrid', '@stowage/memory', '@stowage/sqlite']
const HYBRID = 'Stowage hybrid (memory + sqlite)'
/** For 100,000 entries of 2 KB at full scale. */
const ROW_FACTOR = 5

export const warmRestart: Workload = {
  name: 'warm-restart',
  row: 20,
  title:
    'a start on 100,000 entries of 2 KB (--quick: 10,000), a tenth of them warmed; built packages, fresh processes',
  entrants: [{ name: HYBRID, packages: PACKAGES, open: openRestart }],
  measures: [
    { name: 'firstMs', title: 'first hit ms after the process began' },
    { name: 'warmMs', title: 'warm after ms' },
    { name: 'farPercent', title: '% of the first minute not near', isAbsolute: true },
  ],
  reference: HYBRID,
  targets: [
    { entrant: HYBRID, measure: 'firstMs', form: 'figure', must: 200, aim: 100 },
    { entrant: HYBRID, measure: 'warmMs', form: 'figure', must: 2_000, aim: 1_000 },
    { entrant: HYBRID, measure: 'farPercent', form: 'figure', must: 20, aim: 10 },
  ],
  rounds: ({ store }) => store,
}

async function openRestart({ store: { rowCount } }: Scale): Promise<Bout> {
  const keyCount = rowCount * ROW_FACTOR
  const folder = makeFolder()
  await liveOnce(folder.path, keyCount)

  /** Without the condition this bench runs under, so that ours are the built packages users install. */
  async function round(): Promise<Figures> {
    const args = ['--disable-warning=ExperimentalWarning', MAIN, folder.path, String(keyCount)]
    const { loadCount, entryCount, ...figures } = figuresIn((await run(process.execPath, args)).stdout)
    if (loadCount === 0 && entryCount === warmCount(keyCount)) return figures
    throw new WrongAnswerError(
      `${loadCount} stored entries were loaded anew, ${entryCount} of ${warmCount(keyCount)} warmed`,
    )
  }

  return {
    async smoke() {
      for (const name of PACKAGES) requireBuilt(name)
      await round()
    },
    round,
    close: async () => folder.remove(),
  }
}
