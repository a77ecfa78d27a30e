/** Names of files and types. A word that fits every file says of none what it is for, and such files collect things. */
import { posix } from 'node:path'
import type { Problem } from '../problem.ts'
import type { SourceFile, Workspace } from './source-files.ts'

const EMPTY_WORDS: ReadonlySet<string> = new Set([
  ...['base', 'common', 'data', 'handler', 'handlers', 'helper', 'helpers', 'info', 'manager', 'managers', 'misc'],
  ...['util', 'utils', 'utilities'],
])
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/

export function nameProblems({ files }: Workspace): Problem[] {
  return files.flatMap((source) => [...fileNameProblems(source), ...typeNameProblems(source)])
}

function fileNameProblems({ file, owner }: SourceFile): Problem[] {
  const parts = posix.relative(owner.folder, file).split(/[/.]/)
  return parts.flatMap((part) => {
    if (!KEBAB_CASE.test(part))
      return [{ file, message: `"${part}" is not kebab-case, which reads the same on every file system` }]
    const word = part.split('-').find((each) => EMPTY_WORDS.has(each))
    return word === undefined ? [] : [{ file, message: emptyWord(word, 'file') }]
  })
}

function typeNameProblems({ file, owner, scan }: SourceFile): Problem[] {
  if (owner.floor !== 'packages') return []
  return scan.typeNames.flatMap(({ name, line }) => {
    const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
    const word = words.find((each) => EMPTY_WORDS.has(each))
    return word === undefined ? [] : [{ file, line, message: emptyWord(word, `type ${name}`) }]
  })
}

function emptyWord(word: string, thing: string): string {
  return `"${word}" does not say what the ${thing} is for; name the one thing it is`
}
