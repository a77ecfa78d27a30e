/** The command behind `demo`: starts the playground, says where it is, and stops it on SIGINT or SIGTERM. */
import { ConfigError } from '@stowage/core'
import { readEnvironment } from './environment.ts'
import { type RunningServer, startServer } from './start.ts'
import { startText } from './start-text.ts'

/** A package runner passes on a Ctrl-C that this process has had already: the same wish, not a second one. */
const ECHO_MS = 300

async function main(): Promise<void> {
  const running = await startServer(readEnvironment(process.env))
  stopOnSignal(running)
  console.log(startText(running))
  try {
    const { buildMs } = await running.client
    if (buildMs !== undefined)
      console.log(`  Built the page in ${(buildMs / 1000).toFixed(1)} s; later starts skip this.\n`)
  } catch (error) {
    console.error(
      `The page could not be built (${error instanceof Error ? error.message : String(error)}). The JSON API works without it.`,
    )
  }
}

function stopOnSignal(running: RunningServer): void {
  let stoppingSinceMs: number | undefined
  const stop = (): void => {
    if (stoppingSinceMs !== undefined) {
      if (performance.now() - stoppingSinceMs > ECHO_MS) process.exit(1)
      return
    }
    stoppingSinceMs = performance.now()
    console.log('\n  Stopping; once more to stop at once.')
    running.close().catch(fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** What the user can put right is one line; anything else keeps its stack. */
function fail(error: unknown): void {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exitCode = 1
}

// Whoever read what is printed may stop reading (`demo | head`): the server goes on.
process.stdout.on('error', () => undefined)
main().catch(fail)
