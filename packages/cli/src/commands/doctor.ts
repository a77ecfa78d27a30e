/** `stowage doctor`: whether a store and what it stands on are as a service needs them, and what to do where they are not. */

import { type Backend, messageOf } from '@stowage/core'
import type { Command } from 'commander'
import { countText } from '../amounts.ts'
import { type Finding, fault, type State } from '../doctor/finding.ts'
import { runtimeFinding, thisRuntime } from '../doctor/machine.ts'
import { placeFindings } from '../doctor/place.ts'
import { type ServerReport, serverFindings } from '../doctor/server.ts'
import { storeFindings } from '../doctor/store.ts'
import { EXIT_CODES, type Exit, type ExitCode } from '../exit-codes.ts'
import { BEGIN_ANEW, Failure, isDamage } from '../failure.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { locatedStore, type StoreTarget } from '../store-target.ts'
import { harmless, shown, table, writeJson, writeLine } from '../terminal.ts'
import { visit } from '../visit.ts'

export function addDoctor(program: Command, exit: Exit): void {
  const command = program.command('doctor').summary('find what a service will suffer from, and say what to do')
  withStore(command).description(
    'Look at a store, for some seconds at what is in it, and what it stands on: Node, clock, filesystem, permissions, room, or the settings of the Redis server. Each finding says what to do. Exit code 1: something is not in order; 3: there is no store, or none that can be opened.',
  )
  withJson(command).action(async (name: string, options: StoreOptions) => {
    const target = await locatedStore(name, options)
    const findings: Finding[] = [runtimeFinding(thisRuntime()), ...placeOf(target)]
    const exitCode = await looked(name, target, options, findings)
    if (exitCode !== EXIT_CODES.done) exit(exitCode)
    else if (findings.some(({ state }) => state === 'fault')) exit(EXIT_CODES.no)
    if (options.json) return writeJson({ store: target.label, findings })
    await writeLine(`${shown('bold', harmless(target.label))}\n\n${findingsText(findings)}`)
  })
}

function placeOf({ store }: StoreTarget): readonly Finding[] {
  if (store.backend === 'redis') return []
  return placeFindings(store.backend === 'sqlite' ? store.options.path : store.options.directory, Date.now())
}

/** A store that is not there or cannot be opened is a finding like any other. */
async function looked(
  name: string,
  { store }: StoreTarget,
  options: StoreOptions,
  findings: Finding[],
): Promise<ExitCode> {
  try {
    await visit(name, options, async (visited) => {
      const { backend, signal } = visited
      if (isServer(backend)) {
        const reports = await backend.servers()
        for (const report of reports) {
          const found = serverFindings(report)
          findings.push(...(reports.length === 1 ? found : found.map((each) => ofServer(report.address, each))))
        }
      }
      try {
        findings.push(...(await storeFindings(visited)))
      } catch (thrown) {
        signal.throwIfAborted()
        findings.push(fault('store', messageOf(thrown), BEGIN_ANEW))
      }
    })
    return EXIT_CODES.done
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.exitCode !== EXIT_CODES.noStore) throw thrown
    findings.push(fault('store', messageOf(thrown), todoWithout(store.backend, messageOf(thrown))))
    return EXIT_CODES.noStore
  }
}

function todoWithout(backend: StoreTarget['store']['backend'], says: string): string {
  if (backend === 'redis') return 'start the server, or look at host, port, password and the network between'
  return isDamage(says) ? BEGIN_ANEW : 'name the one that the service uses; a service that starts begins one'
}

function ofServer(address: string, finding: Finding): Finding {
  return { ...finding, subject: `${finding.subject} ${address}` }
}

/** Those of redis. */
interface Served {
  servers(): Promise<readonly ServerReport[]>
}

function isServer(backend: Backend): backend is Backend & Served {
  return 'servers' in backend && typeof backend.servers === 'function'
}

const MARKS: Readonly<Record<State, string>> = { fine: 'ok', note: 'note', fault: 'FAULT' }
const COLOURS = { fine: 'green', note: 'yellow', fault: 'red' } as const

function findingsText(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ subject, state, says, todo }) => [
    [shown(COLOURS[state], MARKS[state]), subject, harmless(says)],
    ...(todo === undefined ? [] : [['', '', shown('cyan', `→ ${todo}`)]]),
  ])
  const faults = findings.filter(({ state }) => state === 'fault').length
  const verdict =
    faults === 0
      ? shown('green', 'in order')
      : shown('red', `${countText(faults)} ${faults === 1 ? 'fault' : 'faults'}`)
  return `${table(rows)}\n\n  ${verdict}`
}
