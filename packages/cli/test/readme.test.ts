/** The help texts are the documentation: README.md shows each of them, word for word. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from '../src/program.ts'
import { stowage } from './stowage.ts'

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const shown = [...README.matchAll(/```text\n([\s\S]*?)```/g)].map(([, text]) => text)

test('of the program', async () => {
  const { out } = await stowage(['--help'])
  expect(shown[0]).toBe(out)
})

test('of every command, in the order of the program', () => {
  const helps = createProgram(() => undefined).commands.map((command) => command.helpInformation())
  expect(shown.slice(1)).toEqual(helps)
})
