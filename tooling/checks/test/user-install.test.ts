/** A package that works in the workspace and not at a user's: what it is packed with is all that counts. */
import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { REPOSITORY } from '../src/repository.ts'
import { checkInstall } from '../src/user-install/check.ts'
import { readTarball } from '../src/user-install/tarball.ts'
import { fixtureTree } from './fixture-tree.ts'

/** A package manager and a compiler are started here; on a busy machine each of them takes seconds. */
vi.setConfig({ testTimeout: 60_000 })

const README = `# Tape\n\n\`\`\`ts\nimport { tape } from '@stowage/tape'\n\nif (tape !== 1) throw new Error(\`tape is \${tape}\`)\n\`\`\`\n`
const TAPE = {
  'package/package.json': JSON.stringify({
    name: '@stowage/tape',
    version: '1.0.0',
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  }),
  'package/README.md': README,
  'package/dist/index.js': 'export const tape = 1\n',
  'package/dist/index.d.ts': 'export declare const tape: number\n',
}

async function problemsOf(
  files: { readonly [path: string]: string },
  how: 'together' | 'each' = 'together',
): Promise<string> {
  const root = fixtureTree(files)
  spawnSync('tar', ['-czf', join(root, 'tape.tgz'), '-C', root, 'package'])
  const { problems, summary } = await checkInstall({
    tarballs: [readTarball(join(root, 'tape.tgz'))],
    // Linked, so that nothing is fetched.
    libraries: new Map([['typescript', `file:${realpathSync(join(REPOSITORY, 'node_modules/typescript'))}`]]),
    [how]: 'npm',
    nodePrograms: [process.execPath],
    redis: { skipReason: 'not needed' },
  })
  if (problems.length === 0) expect(summary).toContain(`1 package installed by npm, 1 example run`)
  return problems.map(({ file, message }) => `${file}: ${message}`).join('\n')
}

test('a package whose first example compiles and runs from its tarball has no problem', async () => {
  expect(await problemsOf(TAPE)).toBe('')
})

test('a tarball that lacks its dist', async () => {
  const { 'package/dist/index.js': _, 'package/dist/index.d.ts': __, ...bare } = TAPE
  expect(await problemsOf(bare)).toMatch(/installed from tarballs: an example does not compile:[\s\S]*@stowage\/tape/)
})

test('an entry point whose types are there and whose file is not', async () => {
  const packed = TAPE['package/package.json'].replace('dist/index.js', 'dist/absent.js')
  const said = await problemsOf({ ...TAPE, 'package/package.json': packed })
  expect(said).toMatch(/the example of @stowage\/tape, line 3 fails on [\s\S]*ERR_MODULE_NOT_FOUND[\s\S]*absent\.js/)
})

test('a README that names too little to install, and one that names nothing', async () => {
  const followed = (line: string, code: string) => {
    const readme = README.replace('# Tape\n', `# Tape\n\n${line}`).replace('if (tape', `${code}if (tape`)
    return problemsOf({ ...TAPE, 'package/README.md': readme }, 'each')
  }
  const line = '```sh\nnpm install @stowage/tape\n```\n'
  expect(await followed(line, '')).toBe('')
  expect(await followed('', '')).toMatch(/@stowage\/tape: followed to the letter, it names no packages/)
  const said = await followed(line, "import { reel } from '@stowage/reel'\nreel()\n")
  expect(said).toMatch(/the quick start does not compile:[\s\S]*@stowage\/reel/)
})
