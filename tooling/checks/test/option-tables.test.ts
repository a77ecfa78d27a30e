/** An option that no README names is there for who wrote it only. All public ones of a package stand in its README, by their name. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../src/repository.ts'
import { readWorkspace } from '../src/workspace.ts'

const INTERFACE = /^export interface (\w+Options)\b[^{]*\{\n([\s\S]*?)^\}/gm
const OPTION = /^ {4}(?:readonly )?(\w+)\??:/gm
/** What stands between backquotes: code in a sentence, and whole examples. */
const CODE = /```[\s\S]*?```|`[^`\n]+`/g
const packages = readWorkspace(REPOSITORY).filter(({ floor }) => floor === 'packages')

function publicOptions(folder: string): readonly string[] {
  const reports = readdirSync(join(folder, 'api')).filter((name) => name !== 'testing.md')
  const texts = reports.map((name) => readFileSync(join(folder, 'api', name), 'utf8'))
  const found = texts.flatMap((text) => [...text.matchAll(INTERFACE)])
  return found.flatMap(([, name = '', body = '']) =>
    Array.from(body.matchAll(OPTION), ([, option = '']) => `${name}.${option}`),
  )
}

test.each(packages.map(({ folder }) => [folder]))('%s names all of its options', (folder) => {
  const readme = readFileSync(join(REPOSITORY, folder, 'README.md'), 'utf8')
  const words = new Set((readme.match(CODE) ?? []).flatMap((code) => code.match(/\w+/g) ?? []))
  const unnamed = publicOptions(join(REPOSITORY, folder)).filter((option) => !words.has(option.split('.')[1] ?? ''))
  expect(unnamed).toEqual([])
})
