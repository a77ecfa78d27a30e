import { expect, test } from 'vitest'
import type { MeasuredSize } from '../src/sizes/budgets.ts'
import { bundledBytes } from '../src/sizes/bundle.ts'
import { checkSizes } from '../src/sizes/check.ts'
import { fixtureTree } from './fixture-tree.ts'

const noise = (count: number) => Array.from({ length: count }, (_, at) => `_${(at * 7919) % 10_007}`).join('')

test('a bundle has what is used of an entry point, and neither comments nor what is loaded later', async () => {
  const root = fixtureTree({
    'index.ts': `/** ${noise(900)} */\nimport 'node:fs'\nimport { text } from './text.ts'\nexport const small: string = 'a'\nexport const large: string = text\nexport const later = () => import('./later.ts')\n`,
    'text.ts': `export const text: string = '${noise(600)}'\n`,
    'later.ts': `export const more: string = '${noise(3000)}'\n`,
  })
  const small = await bundledBytes(root, { source: 'index.ts', name: 'small' })
  const all = await bundledBytes(root, { source: 'index.ts' })
  const without = await bundledBytes(root, { source: 'index.ts', without: /text/ })
  expect(small).toBeLessThan(200)
  expect(all).toBeGreaterThan(1_000)
  expect(all).toBeLessThan(3_500)
  expect(without).toBeLessThan(400)
})

test('what outgrows its budget is told, and a page that says otherwise', () => {
  const budget = { title: '`@stowage/tape`', source: 'packages/tape/src/index.ts', kilobytes: 10 }
  const page = '| Entry point | Brings | Budget |\n| --- | --- | --- |\n| `@stowage/tape` | 9.1 kB | 10 kB |\n'
  const said = (bytes: number) =>
    checkSizes([{ budget, bytes } satisfies MeasuredSize], page).problems.map(({ message }) => message)
  expect(said(9_500)).toEqual([])
  expect(said(10_001)).toEqual([expect.stringContaining('has grown to 10.0 kB; its budget is 10 kB')])
  expect(said(8_200)).toEqual(['`@stowage/tape` is 8.2 kB, not 9.1 kB: pnpm check:sizes --write'])
  expect(checkSizes([{ budget, bytes: 9_000 }], '').problems).toHaveLength(1)
})
