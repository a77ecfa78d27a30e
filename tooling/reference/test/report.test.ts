import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { checkReports } from '../src/check.ts'
import { entryPoints } from '../src/entry-point.ts'
import { reportOf } from '../src/report.ts'

/** A compiler is started here; on a busy machine it takes seconds. */
vi.setConfig({ testTimeout: 60_000 })

const MANIFEST = JSON.stringify({
  name: '@stowage/tape',
  version: '1.0.0',
  exports: { '.': { '@stowage/source': './src/index.ts', types: './dist/index.d.ts' } },
})
const DECLARATIONS = `/** What it is. */\ninterface Reel {\n  readonly turns: number\n}\nexport declare const tape: Reel\n`

function problemsOf(declarations: string, kept: (report: string) => string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'stowage-reports-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('packages/tape/package.json', MANIFEST)
  write('node_modules/@types/node/index.d.ts', '')
  write('packages/tape/dist/index.d.ts', DECLARATIONS)
  const [entry] = entryPoints(root)
  if (entry === undefined) throw new Error('no entry point was found')
  write(entry.report, kept(reportOf(root, entry)))
  write('packages/tape/dist/index.d.ts', declarations)
  return checkReports(root, [{ entry, text: reportOf(root, entry) }]).problems.map(({ message }) => message)
}

test('comments are no part of a face; a type that an export has is, exported or not', () => {
  expect(problemsOf(DECLARATIONS, (report) => report)).toEqual([])
  expect(problemsOf(DECLARATIONS.replace('What it is', 'A reel'), (report) => report)).toEqual([])
  const [said] = problemsOf(DECLARATIONS.replace('turns: number', 'turns: bigint'), (report) => report)
  expect(said).toContain('the face of @stowage/tape is another: here it has "readonly turns: bigint"')
})

test('a report that is not there, and an export that is gone', () => {
  expect(problemsOf(DECLARATIONS, () => '')).toHaveLength(1)
  expect(problemsOf('export declare const other: 1\n', (report) => report)).toHaveLength(1)
})
