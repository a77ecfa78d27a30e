/** What is to be warmed, as a module of the user's names it. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, type WarmTaskSource } from '@stowage/core'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { untilNothingComes } from './nothing-comes.ts'

/** @throws Failure for a module that is not there, cannot be loaded, or has no tasks */
export async function tasksIn(file: string): Promise<WarmTaskSource> {
  if (!existsSync(file)) throw new Failure(EXIT_CODES.usage, `there is no module '${file}'`)
  const loaded = await untilNothingComes(file, imported(file))
  const tasks = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
  if (isSource(tasks)) return tasks
  throw new Failure(
    EXIT_CODES.usage,
    `'${file}' exports no tasks by default; allowed: a list of { key, loader }, or a function that gives one`,
  )
}

async function imported(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (cause) {
    throw new Failure(EXIT_CODES.usage, `'${file}' cannot be loaded: ${messageOf(cause)}`, { cause })
  }
}

/** What is in it the warmer checks, task by task. */
function isSource(tasks: unknown): tasks is WarmTaskSource {
  if (typeof tasks === 'function') return true
  return typeof tasks === 'object' && tasks !== null && (Symbol.iterator in tasks || Symbol.asyncIterator in tasks)
}
