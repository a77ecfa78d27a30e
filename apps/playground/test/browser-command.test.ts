/** What `test:browser` says where there is no browser: nothing is run, and nothing is installed. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const COMMAND = join(import.meta.dirname, 'browser/main.ts')

function run(chromiumPath: string, ...args: readonly string[]) {
  const env = { ...process.env, CHROMIUM_PATH: chromiumPath }
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { env, encoding: 'utf8' })
  return { status, stderr }
}

test('without a Chromium it fails and says what to install; one who only looks is told so, and goes on', () => {
  const nowhere = join(import.meta.dirname, 'no-chromium-here')
  const missing = run(nowhere)
  expect(missing.status).toBe(1)
  expect(missing.stderr).toContain(`No Chromium was found: looked at ${nowhere}.`)
  expect(missing.stderr).toContain('apt-get install chromium')
  const looked = run(nowhere, '--look')
  expect(looked.status).toBe(0)
  expect(looked.stderr).toContain('apt-get install chromium')
  expect(looked.stderr).toContain('The tests that need it are skipped.')
  // Whatever is there: it is not started.
  expect(run(process.execPath, '--look')).toEqual({ status: 0, stderr: '' })
})
