/** Regression: keys of nothing, an environment that is none, stores of no settings and of no plan ended in a bare TypeError; `kindStore` took settings that `createCaches` refuses. */

import { cacheFromEnv, codecNamed, keyOf, kindStore, loadSettings, openStore, settingsFromEnv } from '@stowage/config'
import { ConfigError, UsageError } from '@stowage/core'
import { expect, test } from 'vitest'

const KINDS = { pages: { backend: 'memory', ttl: '1h', maxEntries: 1 } }

test.each<[string, (...given: never[]) => unknown, readonly unknown[], string]>([
  ['keyOf', keyOf, [], 'keyOf: kind: undefined is not allowed; allowed: a text'],
  ['keyOf', keyOf, ['thumb'], 'keyOf: derivation: undefined is not allowed; allowed: an object'],
  ['keyOf', keyOf, ['thumb', null], 'keyOf: derivation: null is not allowed'],
  ['keyOf', keyOf, ['thumb', { contentHash: 'x', options: null }], 'keyOf: options: null is not allowed'],
])('%s of %j is a UsageError that says so', (_, call, given, message) => {
  const attempt = (): unknown => Reflect.apply(call, undefined, given)
  expect(attempt).toThrow(UsageError)
  expect(attempt).toThrow(message)
})

test.each<[string, (...given: never[]) => unknown, readonly unknown[], string]>([
  ['settingsFromEnv', settingsFromEnv, [null], 'env: null is not an environment; allowed: an object of texts'],
  [
    'settingsFromEnv',
    settingsFromEnv,
    [{ CACHE_MAX_SIZE_MB: 5 }],
    'CACHE_MAX_SIZE_MB: 5 is not allowed; allowed: a text',
  ],
  ['cacheFromEnv', cacheFromEnv, [{}, 'PATH'], "env: 'PATH' is not an environment"],
  ['kindStore', kindStore, [], 'kindStore: undefined is not an options object'],
  ['kindStore', kindStore, [{ kinds: KINDS }], 'kind: undefined is not known; allowed: pages'],
  ['kindStore', kindStore, [{ kinds: KINDS, mode: 'half' }, 'pages'], "mode: 'half'"],
  ['openStore', openStore, [], 'openStore: undefined is not a plan; allowed: an object, as kindStore gives'],
  ['codecNamed', codecNamed, [null], 'codecNamed: null is not a plan'],
  ['codecNamed', codecNamed, [{ at: 'pages', codec: 'xml' }], "pages.codec: 'xml'"],
  ['codecNamed', codecNamed, [{ at: 'pages', codec: null }], 'pages.codec: null is not known'],
  ['loadSettings', loadSettings, [5], 'config file: 5 is not a path; allowed: the name of a file'],
])('%s of %j is a ConfigError that says so', async (_, call, given, message) => {
  const attempt = async (): Promise<unknown> => Reflect.apply(call, undefined, given)
  const refused: unknown = await attempt().catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toContain(message)
})
