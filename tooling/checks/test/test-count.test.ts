/** Held against real reports: vitest is run on a small project, and its own words are what is counted. */
import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { REPOSITORY } from '../src/repository.ts'
import { fixtureTree } from './fixture-tree.ts'

/** Whole tools are started here; on a busy machine each of them takes seconds. */
vi.setConfig({ testTimeout: 60_000 })

function countOfRun(files: { readonly [name: string]: string }, ...options: readonly string[]): string {
  const root = fixtureTree(files)
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
  const vitest = join(REPOSITORY, 'node_modules/vitest/vitest.mjs')
  const report = join(root, 'report.json')
  const args = [vitest, 'run', '--root', root, '--reporter=json', `--outputFile=${report}`, ...options]
  spawnSync(process.execPath, args, { cwd: root, env: { ...process.env, VITEST: '' } })
  const script = join(REPOSITORY, 'tooling/checks/src/test-count.ts')
  return spawnSync(process.execPath, [script, report], { encoding: 'utf8' }).stdout
}

test('passed, failed, skipped and todo tests, and a file that cannot be loaded', () => {
  const line = countOfRun({
    'a.test.ts': `import { expect, test, vi } from 'vitest'
      test('one', () => {})
      test('two', () => {})
      test('three', () => expect(1).toBe(2))
      test.skip('four', () => {})
      test('five', (context) => context.skip('no server'))
      test.todo('six')`,
    'b.test.ts': `import './absent.ts'`,
  })
  expect(line).toBe('2 passed, 2 failed, 3 skipped\n')
})

test('what passed when it was tried again only is named', () => {
  const lines = countOfRun(
    {
      'a.test.ts': `import { expect, test } from 'vitest'
        let tries = 0
        test('sound', () => {})
        test('shaky', () => expect(++tries).toBe(2))`,
    },
    '--retry=1',
  )
  expect(lines).toMatch(/^passed when tried again only: shaky \(.*a\.test\.ts\)\n2 passed, 0 failed, 0 skipped\n$/)
})
