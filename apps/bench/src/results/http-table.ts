/** The table of the front page, made of the suite's RESULTS.md: our lowest row on any backend, the middlewares of others, and the best known caches. */

const HEURISTIC = '`heuristic: true`'
/** Caches that are no middleware, which a reader knows. */
const SHOWN = ['Apache Traffic Server', 'Squid', 'Varnish', 'nginx']

interface Row {
  readonly name: string
  readonly required: number
  readonly plain: number
  readonly optimal: number
}

/** @throws Error when the results hold no rows */
export function httpTable(results: string): string[] {
  const rows = rowsOf(results)
  const own = rows.filter(({ name }) => name.startsWith('Stowage'))
  const plainly = own.filter(({ name }) => !name.endsWith(HEURISTIC))
  const measured = rows.filter(({ name }) => name.startsWith('measured: '))
  const published = rows.filter(({ name }) => SHOWN.some((known) => name.startsWith(`published: ${known}`)))
  const shown = [
    { ...lowest(plainly), name: '**`@stowage/express`**, on every backend' },
    ...own
      .filter(({ name }) => name.endsWith(HEURISTIC))
      .map((row) => ({ ...row, name: `**\`@stowage/express\`**, ${HEURISTIC}` })),
    ...[...measured, ...published].map((row) => ({ ...row, name: row.name.replace(/^\w+: /, '') })),
  ]
  return [
    '| | required, of 160 | failed by themselves | optimal, of 105 |',
    '| --- | --: | --: | --: |',
    ...shown.map(({ name, required, plain, optimal }) => `| ${name} | ${required} | ${plain} | ${optimal} |`),
  ]
}

function lowest(rows: readonly Row[]): Omit<Row, 'name'> {
  return {
    required: Math.min(...rows.map(({ required }) => required)),
    plain: Math.max(...rows.map(({ plain }) => plain)),
    optimal: Math.min(...rows.map(({ optimal }) => optimal)),
  }
}

function rowsOf(results: string): Row[] {
  const rows = Array.from(
    results.matchAll(/^\| (.+?) \| (\d+) \| (\d+) \| (\d+) \| \d+ \|$/gm),
    ([, name = '', required, plain, optimal]) => ({
      name,
      required: Number(required),
      plain: Number(plain),
      optimal: Number(optimal),
    }),
  )
  if (rows.length === 0) throw new Error('the results hold no rows')
  return rows
}
