/** What the environment says about this server. A variable that is empty counts as not given. */
import { join, resolve } from 'node:path'
import { ConfigError } from '@stowage/core'

export interface Environment {
  readonly port: WantedPort
  readonly cacheDirectory: string
  /** Undefined: one is looked for. */
  readonly redisUrl: string | undefined
}

/** A port somebody asked for is used or refused; the default one may give way to the next that is free. */
export interface WantedPort {
  readonly number: number
  readonly given: boolean
}

const DEFAULT_PORT = 4000
const LARGEST_PORT = 65_535
const REPOSITORY = resolve(import.meta.dirname, '../../../..')

/** @throws ConfigError naming the variable, its value and what is allowed. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
  const directory = environment['CACHE_DIR']
  return {
    port: readPort(environment['PORT']),
    redisUrl: readRedisUrl(environment['REDIS_URL']),
    cacheDirectory: directory ? resolve(directory) : join(REPOSITORY, '.stowage', 'playground'),
  }
}

function readRedisUrl(text: string | undefined): string | undefined {
  if (!text) return undefined
  if (/^rediss?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  // The address is not shown: it may hold a password.
  throw new ConfigError(
    'REDIS_URL: what is given is no address of Redis; allowed: redis://host:port, rediss://host:port',
  )
}

function readPort(text: string | undefined): WantedPort {
  if (!text) return { number: DEFAULT_PORT, given: false }
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (number <= LARGEST_PORT) return { number, given: true }
  throw new ConfigError(`PORT=${text}: allowed is a whole number from 0 (any free port) to ${LARGEST_PORT}`)
}
