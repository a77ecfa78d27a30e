/** The argument and the options by which every command is told which store is meant. */
import { type Command, Option } from 'commander'

export interface StoreOptions {
  readonly kind?: string
  readonly redisPrefix?: string
  readonly json?: true
}

/** Of commands that may begin a store. */
export interface BeginOptions extends StoreOptions {
  readonly create?: 'sqlite' | 'fs'
  /** What the user may do where there is no store. */
  readonly whenMissing?: string
}

export const STORE_TEXT = `A store is the folder of an fs cache, the file of a sqlite cache, the URL of a Redis server (redis://, rediss://), or a
config file (stowage.config.ts) together with --kind. What is not there is created by import --create only, and no entry leaves for want of room.`

export function withStore(command: Command, name = 'store'): Command {
  return command
    .argument(`<${name}>`, 'folder, sqlite file, redis:// URL or config file')
    .option('--kind <name>', 'which kind of cache of a config file')
    .option('--redis-prefix <text>', "what the cache's keys on the server begin with (default: stowage:)")
}

export function withJson(command: Command, what = 'as JSON'): Command {
  return command.option('--json', what)
}

export function withNamespace(command: Command): Command {
  return command.addOption(severalTimes('-n, --namespace <name>', 'the namespace; once more for one within it'))
}

/** An option that may be given several times, and need not be. */
export function severalTimes(flags: string, what: string): Option {
  return new Option(flags, what).default([]).argParser(gathered)
}

function gathered(value: string, former: readonly string[] = []): readonly string[] {
  return [...former, value]
}
