/** What the build makes of a text that is about to be published. */
import { runInThisContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { asciiOf } from '../src/ascii.ts'
import { bareOf } from '../src/bare-builtins.ts'

describe('modules of Node', () => {
  test.each([
    ['import { rmSync } from "node:fs";', 'const { rmSync } = process.getBuiltinModule("node:fs");'],
    ['import { rmSync as rm } from "node:fs";', 'const { rmSync: rm } = process.getBuiltinModule("node:fs");'],
    ['import * as util from "node:util";', 'const util = process.getBuiltinModule("node:util");'],
    ['import http from "node:http";', 'const http = process.getBuiltinModule("node:http");'],
    [
      'import { rm, open as openFile } from "node:fs/promises";',
      'const rm = (...given) => process.getBuiltinModule("node:fs/promises").rm(...given), ' +
        'openFile = (...given) => process.getBuiltinModule("node:fs/promises").open(...given);',
    ],
    ['import { join } from "node:path";', 'import { join } from "node:path";'],
  ])('%s', (said, built) => {
    expect(bareOf(said, 'index.js')).toBe(built)
  })

  test.each([
    'import { constants } from "node:fs/promises";',
    'import { nothing } from "node:fs/promises";',
    'import * as files from "node:fs/promises";',
    'import { crc32 } from "node:zlib";',
    'export { rm } from "node:fs";',
  ])('refused: %s', (said) => {
    expect(() => bareOf(said, 'index.js')).toThrow(/no function|form not known/)
  })

  test('its functions are called as they are', async () => {
    const built = bareOf('import { stat } from "node:fs/promises";', 'index.js')
    const asked: unknown = runInThisContext(`(() => { ${built} return stat('.') })()`)
    expect(await asked).toHaveProperty('size')
  })
})

describe('other characters', () => {
  test('mean the same', () => {
    const built = asciiOf('["\u2026", `\u00e9\u{10ffff}`, /[\u{1f600}]/u.test("\u{1f600}")]', '')
    expect(built).toMatch(/^[\0-\x7f]*$/)
    expect(runInThisContext(built)).toEqual(['\u2026', '\u00e9\u{10ffff}', true])
  })

  test.each(['/\\\u2026/', 'String.raw`a\u2026`'])('refused where an escape would not: %s', (said) => {
    expect(() => asciiOf(said, 'index.js')).toThrow('index.js')
  })
})
