/**
 * Who may import whom, as a table: one row for each package of packages/*. A new package needs a row before the check
 * passes, so its place in the house is decided and not drifted into. The rules over this table are in reach.ts.
 */
export interface PackageRule {
  /** Packages of this workspace that its source may import. */
  readonly siblings: readonly string[]
  readonly libraries: readonly string[]
  /** Libraries of the user's own choosing: known by their types only, the instance is handed in. */
  readonly typeOnlyLibraries: readonly string[]
  /** Modules of Node without the `node:` prefix. */
  readonly builtins: readonly string[] | 'any'
  /** Files in src that load a file of the user's, which nobody can name here. */
  readonly loadingUsersFiles?: readonly string[]
  /** The reason, which is what a reader of the failed check needs. It completes "imports X: ". */
  readonly why: string
}

const CORE = '@stowage/core'

export const PACKAGE_RULES: ReadonlyMap<string, PackageRule> = new Map([
  [
    CORE,
    {
      siblings: [],
      libraries: [],
      typeOnlyLibraries: [],
      builtins: ['async_hooks', 'crypto', 'diagnostics_channel', 'perf_hooks', 'v8', 'zlib'],
      why: 'core imports nothing outside itself but async_hooks, crypto, diagnostics_channel, perf_hooks, v8 and zlib, as every package and every user carries what it needs; it knows no backend, no framework, no file and no network',
    },
  ],
  ['@stowage/memory', backend('lru-cache')],
  ['@stowage/fs', backend()],
  ['@stowage/sqlite', backend('better-sqlite3')],
  ['@stowage/redis', backend('ioredis')],
  [
    '@stowage/hybrid',
    {
      siblings: [CORE],
      libraries: [],
      typeOnlyLibraries: [],
      builtins: 'any',
      why: 'hybrid imports core only and receives its tiers as backends; that it works with any of them is shown by knowing none',
    },
  ],
  [
    '@stowage/metrics',
    {
      siblings: [CORE],
      libraries: [],
      typeOnlyLibraries: ['prom-client', '@opentelemetry/api'],
      builtins: ['diagnostics_channel'],
      why: "metrics imports core, diagnostics_channel (where core tells of loads), and the exporters' libraries by `import type` only: the registry and the meter are the user's own, in the user's version",
    },
  ],
  [
    '@stowage/msgpack',
    {
      siblings: [CORE],
      libraries: ['msgpackr'],
      typeOnlyLibraries: [],
      builtins: 'any',
      why: 'msgpack imports core and msgpackr: a codec knows no backend',
    },
  ],
  [
    '@stowage/structures',
    {
      siblings: [CORE],
      libraries: [],
      typeOnlyLibraries: [],
      builtins: 'any',
      why: 'structures imports core only and is handed its backend: that it works on any with spaces is shown by knowing none',
    },
  ],
  [
    '@stowage/config',
    {
      siblings: [
        CORE,
        '@stowage/memory',
        '@stowage/fs',
        '@stowage/sqlite',
        '@stowage/redis',
        '@stowage/hybrid',
        '@stowage/msgpack',
      ],
      libraries: [],
      typeOnlyLibraries: [],
      builtins: 'any',
      loadingUsersFiles: ['config-file.ts'],
      why: 'config imports core, and a backend only when settings name it: nobody installs what he did not choose',
    },
  ],
  [
    '@stowage/cli',
    {
      siblings: [CORE, '@stowage/config', '@stowage/structures'],
      libraries: ['commander', 'string-width'],
      typeOnlyLibraries: [],
      builtins: 'any',
      loadingUsersFiles: ['warm-tasks.ts'],
      why: 'the command line imports core, config, structures, commander and string-width: a backend is opened by config, so that nobody installs what he did not choose',
    },
  ],
  ['@stowage/express', adapter('express')],
  ['@stowage/trpc', adapter('@trpc/server')],
])

function backend(...clients: readonly string[]): PackageRule {
  return {
    siblings: [CORE],
    libraries: clients,
    typeOnlyLibraries: [],
    builtins: 'any',
    why: `a backend imports core and its own client (${clients.join(', ') || 'it has none'}) and never another backend, so that each can be installed, replaced and proved alone`,
  }
}

function adapter(framework: string): PackageRule {
  return {
    siblings: [CORE],
    libraries: [],
    typeOnlyLibraries: [framework],
    builtins: 'any',
    why: `an adapter imports core, and ${framework} by \`import type\` only: the framework is the user's own, in the user's version`,
  }
}
