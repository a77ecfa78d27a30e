/**
 * Structures in a file that any number of processes of this machine share: one JSON array of names in each line.
 *
 * Nobody locks. Structures are added by a single write to the end of the file, which the system carries out whole and in
 * some order; that order is the list's. A line counts once it is complete: what a crash has left of one, the next line's
 * own beginning closes, and everybody passes it over.
 */
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError, describe } from '@stowage/core'
import { asStructure, type Structure, type StructureStore, structureText } from './structure.ts'

/** Larger than what any number of processes makes of it. */
const MAX_FILE_BYTES = 4_194_304

/** @throws ConfigError when the path is no text. Reading throws it when the file holds something else. */
export function fileStructures(path: string): StructureStore {
  if (typeof path !== 'string' || path === '') {
    throw new ConfigError(`fileStructures: ${describe(path)} is not a path; allowed: the name of a file`)
  }
  return {
    load: () => parseLines(readIfThere(path)),
    append(added) {
      mkdirSync(dirname(path), { recursive: true })
      const file = openSync(path, 'a')
      try {
        writeSync(file, `\n${added.map(structureText).join('\n')}\n`)
      } finally {
        closeSync(file)
      }
    },
  }
}

function readIfThere(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return ''
  const text = status.size > MAX_FILE_BYTES ? 'too large' : readFileSync(path, 'utf8')
  // What is added to a file of somebody else's would destroy it.
  if (!/^[\n[]|^$/.test(text)) throw new ConfigError(`fileStructures: '${path}' is a file of something else`)
  return text
}

/** Each structure once, where it came first. */
function parseLines(text: string): readonly Structure[] {
  const structures = new Map<string, Structure>()
  for (const line of text.split('\n').slice(0, -1)) {
    const structure = parseLine(line)
    if (structure !== undefined) structures.set(line, structure)
  }
  return [...structures.values()]
}

function parseLine(line: string): Structure | undefined {
  try {
    return asStructure(JSON.parse(line))
  } catch {
    return undefined // An empty line, or what is left of one.
  }
}
