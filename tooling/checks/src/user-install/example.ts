/**
 * The examples of a README, as files of a user's project. The first is the quick start: it has to run, whether it is
 * marked so or not, as do the others that are marked.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseMarkdown } from '../markdown.ts'

export interface Example {
  /** The README and the line in it, for messages. */
  readonly place: string
  readonly file: string
  /** An empty folder of its own, in which it is run. */
  readonly folder: string
  readonly isRun: boolean
  readonly needsRedis: boolean
}

/** The address that examples give: that of a server the reader has. */
const REDIS = 'redis://127.0.0.1:6379'

export interface Readme {
  /** `README.md`, or the name of a package. */
  readonly name: string
  readonly text: string
}

/** @param redisUrl in place of the address that examples give @param most only the first so many */
export function writeExamples(project: string, { name, text }: Readme, redisUrl = REDIS, most?: number): Example[] {
  const blocks = parseMarkdown(text).blocks.filter(({ words: [language] }) => language === 'ts')
  return blocks.slice(0, most).map(({ line, code, words }, index) => {
    const folder = join(project, 'examples', `${name.replace(/^@.*\//, '')}-${index + 1}`)
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'example.ts')
    writeFileSync(file, code.replaceAll(REDIS, redisUrl))
    const isRun = index === 0 || words.includes('run')
    return { place: `${name}, line ${line}`, file, folder, isRun, needsRedis: code.includes(REDIS) }
  })
}
