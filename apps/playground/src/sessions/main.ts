/**
 * Many readers walking all tabs of a server of its own: what it answers, how often DuckDB is asked, how long the event loop
 * is held up, and how long starts take. Prints one line per backend and number of readers; wants a quiet machine.
 */
import { parseArgs } from 'node:util'
import { ConfigError } from '@stowage/core'
import { BACKEND_CHOICES, type BackendChoice } from '../shared/cache-choice.ts'
import { measureBackend, measureStarts } from './measure.ts'
import { startsText, TITLES, walkLines } from './report.ts'

const USAGE = `Usage: sessions [options]

  --backends <list>   of ${BACKEND_CHOICES.join(', ')}; default: those that need no Redis
  --sessions <list>   how many readers at once; default 10,100
  --look <ms>         how long each tab is looked at; default 1000
  --starts <count>    cold starts to time first; default 5`

const DEFAULT_BACKENDS = BACKEND_CHOICES.filter((name) => !name.includes('redis')).join(',')

async function main(): Promise<void> {
  const wish = readWish(process.argv.slice(2))
  if (wish.startCount > 0) console.log(startsText(await measureStarts(wish.startCount)))
  console.log(TITLES)
  for (const backend of wish.backends) {
    for (const sessionCount of wish.sessionCounts) {
      for (const line of walkLines(backend, sessionCount, await measureBackend(backend, sessionCount, wish.lookMs))) {
        console.log(line)
      }
    }
  }
}

function readWish(given: readonly string[]) {
  const values = parsed(given)
  return {
    backends: values.backends.split(',').map(backendOf),
    sessionCounts: values.sessions.split(',').map((text) => wholeNumber('sessions', text)),
    lookMs: wholeNumber('look', values.look),
    startCount: wholeNumber('starts', values.starts),
  }
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({
      // pnpm hands on a "--" that stands before the arguments.
      args: given[0] === '--' ? given.slice(1) : [...given],
      options: {
        backends: { type: 'string', default: DEFAULT_BACKENDS },
        sessions: { type: 'string', default: '10,100' },
        look: { type: 'string', default: '1000' },
        starts: { type: 'string', default: '5' },
      },
    }).values
  } catch (cause) {
    throw new ConfigError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause })
  }
}

function backendOf(text: string): BackendChoice {
  const found = BACKEND_CHOICES.find((name) => name === text)
  if (found === undefined) throw new ConfigError(`--backends ${text}: allowed are ${BACKEND_CHOICES.join(', ')}`)
  return found
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new ConfigError(`--${option} ${text}: allowed is a whole number of at most five digits\n\n${USAGE}`)
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exitCode = 1
})
