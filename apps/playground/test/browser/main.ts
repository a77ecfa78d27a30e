/**
 * The command behind `test:browser`: the tests that need a browser, or what to install where there is none. With `--look` it
 * only looks: for who runs all tests, where those of the browser are then skipped.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { BROWSER_PATHS, browserPath } from './browser-path.ts'

const onlyLooks = process.argv.includes('--look')
const REPOSITORY = resolve(import.meta.dirname, '../../../..')

if (browserPath === undefined) {
  console.error(`No Chromium was found: looked at ${BROWSER_PATHS.join(', ')}.
Install one, for example by \`apt-get install chromium\` or \`dnf install chromium\`, or say in CHROMIUM_PATH where one is.
Nothing is installed by this command.`)
  if (onlyLooks) console.error('The tests that need it are skipped.')
  else process.exitCode = 1
} else if (!onlyLooks) {
  const vitest = join(
    dirname(createRequire(join(REPOSITORY, 'package.json')).resolve('vitest/package.json')),
    'vitest.mjs',
  )
  const projects = ['--project', 'apps/playground', '--project', 'packages/trpc']
  const run = spawn(process.execPath, [vitest, 'run', ...projects, 'test/browser'], {
    cwd: REPOSITORY,
    stdio: 'inherit',
  })
  run.once('close', (code) => {
    process.exitCode = code ?? 1
  })
}
