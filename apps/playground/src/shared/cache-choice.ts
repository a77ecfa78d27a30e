/** What can be chosen about the server's cache: the words of the Settings page, of its router and of what is kept of it. */

export const BACKEND_CHOICES = [
  'memory',
  'fs',
  'sqlite',
  'redis',
  'memory+sqlite',
  'memory+redis',
  'memory+sqlite+redis',
] as const
export type BackendChoice = (typeof BACKEND_CHOICES)[number]

export const CODEC_CHOICES = ['default', 'json', 'msgpack'] as const
export const COMPRESSION_CHOICES = ['none', 'zstd'] as const

export interface CacheChoice {
  /** One backend, or tiers from near to far with a plus between them. */
  readonly backend: BackendChoice
  /** Of memory, alone or as the near tier. */
  readonly memoryMegabytes: number
  /** Of fs or sqlite. Redis has its own server's limit. */
  readonly diskMegabytes: number
  /** How long Dashboard and Analytics answers are fresh. */
  readonly ttlMinutes: number
  /** How values become bytes; memory holds values. */
  readonly codec: (typeof CODEC_CHOICES)[number]
  readonly compression: (typeof COMPRESSION_CHOICES)[number]
}

export const DEFAULT_CHOICE: CacheChoice = {
  backend: 'memory+sqlite',
  memoryMegabytes: 64,
  diskMegabytes: 500,
  ttlMinutes: 60,
  codec: 'default',
  compression: 'none',
}

export const MEGABYTE_LIMITS = { least: 1, most: 4_096 } as const
export const TTL_LIMITS_MINUTES = { least: 1, most: 24 * 60 } as const

type Tier = 'memory' | 'fs' | 'sqlite' | 'redis'

/** Nearest first. */
export function tiersOf(backend: BackendChoice): readonly Tier[] {
  return TIERS[backend]
}

const TIERS: Readonly<Record<BackendChoice, readonly Tier[]>> = {
  memory: ['memory'],
  fs: ['fs'],
  sqlite: ['sqlite'],
  redis: ['redis'],
  'memory+sqlite': ['memory', 'sqlite'],
  'memory+redis': ['memory', 'redis'],
  'memory+sqlite+redis': ['memory', 'sqlite', 'redis'],
}
