import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { problemLine } from '../src/problem.ts'
import { REPOSITORY } from '../src/repository.ts'
import { checkSnippets } from '../src/snippets/check.ts'
import { fixtureTree, publishedPackage } from './fixture-tree.ts'

/** Whole tools are started here; on a busy machine each of them takes seconds. */
vi.setConfig({ testTimeout: 60_000 })

const MEMORY = {
  'packages/memory/package.json': publishedPackage('@stowage/memory'),
  'packages/memory/src/index.ts': `export { size } from './size.ts'\n`,
  'packages/memory/src/size.ts': `export const size = (text: string): number => text.length\n`,
  'packages/memory/node_modules/@library/words/package.json': JSON.stringify({
    name: '@library/words',
    main: 'index.js',
  }),
  'packages/memory/node_modules/@library/words/index.js': `exports.word = 'seven'\n`,
  'packages/memory/node_modules/@library/words/index.d.ts': `export const word: string\n`,
}
const IMPORTS = `import { word } from '@library/words'\nimport { size } from '@stowage/memory'\n`

function repository(documents: { readonly [path: string]: string }): string {
  const root = fixtureTree({ ...MEMORY, ...documents })
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(join(REPOSITORY, 'node_modules/@types'), join(root, 'node_modules/@types'))
  return root
}

const fence = (words: string, code: string) => `\`\`\`${words}\n${code}\`\`\`\n`

test('examples find our packages from source and their libraries; those marked run are run in a folder of their own', () => {
  const runs = `${IMPORTS}import { writeFileSync } from 'node:fs'\nwriteFileSync('left-over', word)\nif (size(word) !== 5) throw new Error(word)\n`
  const root = repository({
    'README.md': `# Title\n\n${fence('ts', `${IMPORTS}const shown: number = size(word)\n`)}${fence('sh', 'pnpm test')}`,
    'docs/deep/page.md': fence('ts run', runs),
    'packages/memory/README.md': fence('typescript', `const a = await Promise.resolve(1)\n`),
  })
  expect(checkSnippets(root)).toEqual({ problems: [], summary: '3 examples compiled, 1 run' })
  expect(readdirSync(join(root, 'node_modules/.cache/snippets'))).toEqual([])
  expect(existsSync('left-over')).toBe(false)
})

test('older decorators, which cannot be stripped, compile where they are asked for, and are as strict', () => {
  const lines = [
    'const known = (_target: object, _key: string | symbol | undefined, _index: number): void => undefined',
    'export class Shop {',
    '  constructor(@known private readonly name: string) {}',
    '  shout = (): string => this.name.toUpperCase()',
    '}',
  ]
  const code = (more: string) => `${[...lines, more].join('\n')}\n`
  const root = repository({
    'README.md': fence('ts', 'export const one = 1\n'),
    'docs/page.md': fence('ts decorators', code('')),
  })
  expect(checkSnippets(root)).toEqual({ problems: [], summary: '2 examples compiled, 0 run' })
  const wrong = repository({
    'docs/page.md': fence('ts decorators', code('export const two: number = [1][0]')),
    'docs/plain.md': fence('ts', code('')),
  })
  expect(checkSnippets(wrong).problems.map(problemLine)).toEqual([
    expect.stringMatching(/^docs\/plain.md:4 .*TS1206/),
    expect.stringMatching(/^docs\/plain.md:4 .*TS1294/),
    expect.stringMatching(/^docs\/page.md:7 .*TS2322/),
  ])
})

test('a type error is told at its line in the Markdown', () => {
  const root = repository({
    'README.md': fence('ts', `const fine = 1\n`),
    'docs/page.md': `# Page\n\n- item\n  ${fence('ts', `  ${IMPORTS}  size(7)\n  `)}`,
  })
  const { problems } = checkSnippets(root)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ file: 'docs/page.md', line: 7 })
  expect(problems[0]?.message).toMatch(/does not compile: error TS2345/)
})

test.each([
  ['a possibly missing element', `const [first] = [1].filter(Boolean)\nconst two: number = first\n`, 'TS2322'],
  ['an enum, which cannot be stripped', `enum Colour { Red }\n`, 'TS1294'],
  ['an unknown package', `import '@stowage/tape'\n`, 'TS2882'],
])('examples obey our settings: %s', (_name, code, error) => {
  const { problems } = checkSnippets(repository({ 'README.md': fence('ts', code) }))
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(error)])
})

test('an example that compiles and fails when run is told with its output and its line', () => {
  const code = `const text: string = 'failed on purpose'\nconsole.log('before')\nthrow new Error(text)\n`
  const { problems } = checkSnippets(repository({ 'README.md': `\n${fence('ts run', code)}` }))
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ file: 'README.md', line: 2 })
  expect(problems[0]?.message).toMatch(/exit code 1:\nbefore\n[\s\S]*failed on purpose[\s\S]*README\.md:5/)
})

test('an example that is not marked run is not run', () => {
  const { problems } = checkSnippets(repository({ 'README.md': fence('ts', `throw new Error('not run')\n`) }))
  expect(problems).toEqual([])
})

test('a misspelt mark does not silently turn running off', () => {
  const { problems } = checkSnippets(repository({ 'README.md': fence('ts rum', 'export {}\n') }))
  expect(problems.map(problemLine)).toEqual([expect.stringMatching(/^README.md:1 .*marked "ts rum"/)])
})

test('an error in the source of a package is told there', () => {
  const root = repository({
    'README.md': fence('ts', `${IMPORTS}size(word)\n`),
    'packages/memory/src/size.ts': `\nexport const size = (text: string): number => text\n`,
  })
  const { problems } = checkSnippets(root)
  expect(problems.map(problemLine)).toEqual([expect.stringMatching(/^packages\/memory\/src\/size.ts:2 .*TS2322/)])
})
