/** What a server says of itself, for those who look after it: `INFO` and `TIME`, no more. */
import { addressOf, mastersOf, type ServerClient } from './client.ts'
import { listOf, textOf } from './reply.ts'
import type { Wire } from './wire.ts'

export interface ServerReport {
  /** As the client knows it: `host:port`. */
  readonly address: string
  /** Of `INFO`, by the server's own names. */
  readonly fields: ReadonlyMap<string, string>
  /** What the server's clock said. */
  readonly clockMs: number
  /** What this machine's clock said when it was asked. */
  readonly askedAtMs: number
  /** How long the answer took. */
  readonly tripMs: number
}

/** One for each server on which entries are. */
export async function serverReports(wire: Wire): Promise<readonly ServerReport[]> {
  const masters = await wire.connected(mastersOf)
  return Promise.all(masters.map((server) => serverReport(wire, server)))
}

async function serverReport(wire: Wire, server: ServerClient): Promise<ServerReport> {
  const fields = fieldsOf(textOf(await wire.call(['info'], server)))
  const askedAtMs = Date.now()
  const startedAtMs = performance.now()
  const [seconds = 0, micros = 0] = listOf(await wire.call(['time'], server)).map((part) => Number(textOf(part)))
  const tripMs = performance.now() - startedAtMs
  return { address: addressOf(server), fields, clockMs: 1_000 * seconds + micros / 1_000, askedAtMs, tripMs }
}

/** Lines of `name:value` between headings. */
function fieldsOf(info: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of info.split(/\r?\n/)) {
    const at = line.indexOf(':')
    if (at > 0 && !line.startsWith('#')) fields.set(line.slice(0, at), line.slice(at + 1))
  }
  return fields
}
