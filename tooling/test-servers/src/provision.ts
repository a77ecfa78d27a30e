/**
 * What the test run gets as its Redis: the one named by REDIS_URL, else a server started here, else a reason to skip.
 * Where nobody reads the output (CI), a missing Redis fails the run: a proof that silently did not happen is no proof.
 */

import type { ProvidedRedis } from './provided.ts'
import { type BinarySearch, findRedisBinary } from './redis-binary.ts'
import { assertReachable } from './redis-reach.ts'
import { startRedis } from './redis-server.ts'

export interface Provision extends AsyncDisposable {
  readonly redis: ProvidedRedis
}

export interface ProvisionSources {
  readonly env?: { readonly [name: string]: string | undefined }
  readonly findBinary?: () => Promise<BinarySearch>
  readonly say?: (text: string) => void
}

export async function provisionRedis(sources: ProvisionSources = {}): Promise<Provision> {
  const {
    env = process.env,
    findBinary = () => findRedisBinary(),
    say = (text) => process.stderr.write(text),
  } = sources
  const named = env['REDIS_URL'] ?? ''
  if (named !== '') {
    await assertReachable(named)
    return { redis: { url: named }, [Symbol.asyncDispose]: async () => undefined }
  }
  const search = await findBinary()
  if (search.found) {
    const server = await startRedis({ binary: search.binary })
    return { redis: { url: server.url }, [Symbol.asyncDispose]: () => server.stop() }
  }
  if (isSet(env['CI'])) throw new Error(absenceNotice('may not be skipped where CI is set', search.reasons))
  say(absenceNotice('are SKIPPED', search.reasons))
  return {
    redis: { skipReason: `no Redis: ${search.reasons.join('; ')}` },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

function isSet(flag: string | undefined): boolean {
  return flag !== undefined && !['', '0', 'false'].includes(flag)
}

function absenceNotice(consequence: string, reasons: readonly string[]): string {
  return boxed([
    `NO REDIS: the tests that need a real Redis ${consequence}.`,
    ...reasons.map((reason) => `  because: ${reason}`),
    'Any one of these gives them one:',
    '  install redis-server or valkey-server so that it is on the PATH',
    '  set REDIS_URL to a server whose contents may be thrown away',
    '  on Debian or Ubuntu: let apt-get reach its mirror (no root needed)',
  ])
}

function boxed(lines: readonly string[]): string {
  const bar = '='.repeat(Math.min(120, Math.max(...lines.map((line) => line.length))))
  return `\n${[bar, ...lines, bar].join('\n')}\n\n`
}
