/** The other process as the server sees it: started again whenever it has been killed. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ProvingPlace } from './proving-cache.ts'
import type { SiblingOrder, SiblingWord } from './sibling-main.ts'

/** Of the last writes that were acknowledged, so many are looked for after a kill. */
const REMEMBERED_COUNT = 50

/** What it tells of. */
interface SiblingEars {
  readonly onStored: () => void
  /** Its store has begun to fail, or is well again. */
  readonly onStore: (isDown: boolean) => void
  readonly onLate: (lagMs: number) => void
}

const MAIN = join(import.meta.dirname, 'sibling-main.ts')

export interface Sibling {
  readonly processId: number | undefined
  /** Why it is not there; undefined while it is. */
  readonly problem: string | undefined
  tellChange(key: string, version: number): void
  /** kill -9, whatever it is doing. @returns the last keys it had been told were stored, with their versions */
  kill(): Promise<ReadonlyMap<string, number>>
  end(): Promise<void>
}

export function startSibling(place: ProvingPlace, { onStored, onStore, onLate }: SiblingEars): Sibling {
  let generation = 0
  let problem: string | undefined
  let stored = new Map<string, number>()
  let child = launch()

  function launch(): ChildProcess {
    generation++
    stored = new Map()
    problem = undefined
    const own = stored
    const started = fork(MAIN, {
      execArgv: ['--conditions=@stowage/source', '--disable-warning=ExperimentalWarning'],
      // What it warns of is what is done to it.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    started.on('message', (word: SiblingWord) => {
      if (word.kind === 'late') {
        onLate(word.lagMs)
        return
      }
      if (word.kind === 'store') {
        onStore(word.isDown)
        return
      }
      onStored()
      own.set(word.key, word.version)
      const oldest = own.keys().next()
      if (own.size > REMEMBERED_COUNT && oldest.done !== true) own.delete(oldest.value)
    })
    started.once('exit', (code) => {
      if (started === child) problem = `the other process ended by itself, with exit code ${code}`
    })
    // One that cannot be started is told on the page, and not by the end of this process.
    started.on('error', ({ message }) => {
      problem = `the other process: ${message}`
    })
    send(started, { kind: 'open', place, generation })
    return started
  }

  function send(to: ChildProcess, order: SiblingOrder): void {
    // It may die between the question and the answer; the next one is told anew.
    if (to.connected) to.send(order, () => undefined)
  }

  async function kill(): Promise<ReadonlyMap<string, number>> {
    const [victim, theirs] = [child, stored]
    victim.removeAllListeners('exit')
    if (victim.pid !== undefined && victim.exitCode === null && victim.signalCode === null) {
      // Exit, then the end of its line: what it had said before is heard first.
      const gone = once(victim, 'close')
      victim.kill('SIGKILL')
      await gone
    }
    return new Map(theirs)
  }

  return {
    get processId() {
      return child.pid
    },
    get problem() {
      return problem
    },
    tellChange: (key, version) => send(child, { kind: 'changed', key, version }),
    async kill() {
      const left = await kill()
      child = launch()
      return left
    },
    async end() {
      await kill()
    },
  }
}
