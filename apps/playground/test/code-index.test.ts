/** The code index as it is run: processes, one cache, and what each run had to parse. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWish, STORES } from '../src/code-index/arguments.ts'
import { runIndex } from '../src/code-index/crew.ts'
import { outlineOf } from '../src/code-index/outline.ts'
import { reportText } from '../src/code-index/report.ts'
import { importedFile } from '../src/code-index/source-files.ts'
import { temporaryFolder } from './playground.ts'

const FILE_COUNT = 24
/** Processes start six times in each; a busy machine takes its time for that. */
const LIMIT_MS = 120_000

/** Every file imports all others, so that every process needs every file at about the same time. */
function writeSources(folder: string): void {
  const names = Array.from({ length: FILE_COUNT }, (_, at) => `${at % 3 === 0 ? 'left' : 'right'}/file-${at}`)
  for (const part of ['left', 'right', 'node_modules']) mkdirSync(join(folder, part))
  for (const name of names) {
    const imports = names.filter((other) => other !== name).map((other) => `import '../${other}.js'`)
    writeFileSync(join(folder, `${name}.ts`), [...imports, `export const name: string = '${name}'`].join('\n'))
  }
  writeFileSync(join(folder, 'node_modules', 'left-out.ts'), '')
}

test.concurrent.each(STORES)(
  'on %s each file is parsed once over all processes, and again only when it changes',
  async (store) => {
    using folder = temporaryFolder()
    using cache = temporaryFolder()
    writeSources(folder.path)
    const index = async (...more: string[]) => {
      const place = ['--store', store, '--cache', cache.path, '--workers', '2']
      const run = await runIndex(readWish([folder.path, ...place, ...more], '/'))
      return { run, parsed: run.reports.map(({ parsedCount }) => parsedCount).reduce((sum, count) => sum + count, 0) }
    }
    const first = await index()
    expect([first.run.fileCount, first.parsed]).toEqual([FILE_COUNT, FILE_COUNT])
    expect(first.run.reports.map(({ parsedCount, servedCount }) => parsedCount + servedCount)).toEqual([24, 24])
    const second = await index()
    expect(second.parsed).toBe(0)
    expect(reportText(second.run)).toContain('100 % of 48 outlines from the cache')
    writeFileSync(join(folder.path, 'right', 'file-1.ts'), 'export {}')
    expect((await index('--forget', 'left')).parsed).toBe(8 + 1)
  },
  LIMIT_MS,
)

test('an outline names what is imported, exported and long', () => {
  const outline = outlineOf(
    'a.tsx',
    "import { a } from './b'\nexport * from 'c'\nexport const d = () => {\n  import('./e')\n}\n",
  )
  expect(outline).toMatchObject({ lineCount: 6, exportCount: 2, functionCount: 1, longest: { line: 3, lineCount: 3 } })
  expect(outline.imports).toEqual(['./b', './e', 'c'])
})

test.each([
  ['./b.js', 'x/b.ts'],
  ['./c', 'x/c/index.tsx'],
  ['../d.mjs', 'd.mts'],
  ['./gone', undefined],
])('an import of %s means %s', (specifier, file) => {
  expect(importedFile('x/a.ts', specifier, new Set(['x/b.ts', 'x/c/index.tsx', 'd.mts']))).toBe(file)
})

test('what cannot be asked for is refused by name', () => {
  expect(() => readWish(['a', '--store', 'redis'], '/')).toThrow('--store redis: allowed are sqlite, fs')
  expect(() => readWish(['a', '--workers', '0'], '/')).toThrow('--workers 0: allowed are whole numbers from 1 to 64')
  expect(() => readWish([], '/')).toThrow('one folder is wanted')
})
