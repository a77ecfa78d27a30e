import { expect, it } from 'vitest'
import { httpTable } from '../src/results/http-table.ts'

const RESULTS = `| Cache | required of 160 | plain failures | optimal of 105 | check, yes of 100 |
| --- | --- | --- | --- | --- |
| Stowage on memory, \`res.send\` | 159 | 0 | 85 | 53 |
| Stowage on redis, \`res.write\` | 150 | 2 | 86 | 53 |
| Stowage on memory, \`res.send\`, \`heuristic: true\` | 159 | 0 | 94 | 63 |
| measured: apicache 1.6.3 | 7 | 3 | 1 | 14 |
| published: nginx 1.28.0 | 99 | 33 | 59 | 19 |
| published: Fastly 2025-12-29 | 96 | 37 | 49 | 17 |
`

it('shows of our rows the lowest figures, and those of others as they are', () => {
  expect(httpTable(RESULTS).slice(2)).toEqual([
    '| **`@stowage/express`**, on every backend | 150 | 2 | 85 |',
    '| **`@stowage/express`**, `heuristic: true` | 159 | 0 | 94 |',
    '| apicache 1.6.3 | 7 | 3 | 1 |',
    '| nginx 1.28.0 | 99 | 33 | 59 |',
  ])
})

it('refuses results without rows', () => {
  expect(() => httpTable('nothing')).toThrow(/no rows/)
})
