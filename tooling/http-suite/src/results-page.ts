/** The results as a page: a table of counts, and by name whatever was required or optimal and did not pass. */
import { isPeer, peerTitle } from './peers.ts'
import { published } from './published.ts'
import type { TestScore } from './score.ts'

export interface Run {
  readonly backend: string
  readonly mode: string
  readonly option: string
  readonly scores: readonly TestScore[]
}

/** Why what is not passed is not; by the beginning of the test's name. */
const REASONS: readonly (readonly [string, string])[] = [
  ['headers-store-Set-Cookie', 'a response with Set-Cookie is not stored: it is one client’s'],
  ['other-set-cookie', 'the same'],
  ['other-cookie', 'what says neither `public` nor `s-maxage` does not answer requests with a cookie'],
  ['heuristic-', 'freshness is never guessed unless `heuristic: true`'],
  ['cc-resp-must-revalidate-stale', 'on a busy machine its two requests are more than its two seconds apart'],
  ['partial-store-partial', 'parts are not stored, only given of whole responses'],
  ['method-POST', 'answers to POST are not stored'],
  ['vary-normalise-lang', 'handlers prefer what a list names first: another order is another request'],
  ['vary-normalise-space', 'spaces are evened out only where the field’s grammar is known'],
  ['conditional-lm-fresh-no-lm', 'the response is younger than the date the client asks about'],
]

export function resultsPage(runs: readonly Run[]): string {
  const rows = runs.map(({ backend, mode, option, scores }) => {
    const name = isPeer(backend)
      ? `measured: ${peerTitle(backend)}`
      : `Stowage on ${backend}, \`res.${mode}\`${option === '' ? '' : `, \`${option}: true\``}`
    return `| ${name} | ${count(scores, 'required')} | ${plainFailures(scores)} | ${count(scores, 'optimal')} | ${count(scores, 'check')} |`
  })
  const others = published.map(
    ({ name, required, plain, optimal, check }) =>
      `| published: ${name} | ${required} | ${plain} | ${optimal} | ${check} |`,
  )
  return `${[
    '# Results of the public HTTP cache suite',
    '',
    'A test counts as passed only if its prerequisites passed, as on the suite’s own site. *Plain failures* are required tests',
    'that failed by themselves. *Measured* are other middlewares for Express, as their readmes set them up, run as Stowage is;',
    'uncaught errors of theirs, at which Node would end, are survived. *Published* are the results that come with the suite, counted the',
    'same way. No test is special-cased; the middleware has its default options but for those named.',
    '',
    'Made by `npx --yes pnpm@12.21.0 http-suite`, in about five minutes.',
    '',
    '| Cache | required of 160 | plain failures | optimal of 105 | check, yes of 100 |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...others,
    '',
    '## Not passed',
    '',
    '| Test | Kind | In how many of the runs with default options | Why |',
    '| --- | --- | --- | --- |',
    ...unpassed(runs.filter(({ backend, option }) => option === '' && !isPeer(backend))),
    '',
  ].join('\n')}`
}

function count(scores: readonly TestScore[], kind: string): number {
  return scores.filter((score) => score.kind === kind && score.verdict === 'pass').length
}

function plainFailures(scores: readonly TestScore[]): number {
  return scores.filter(({ kind, verdict }) => kind === 'required' && verdict === 'fail').length
}

function unpassed(runs: readonly Run[]): readonly string[] {
  const counts = new Map<string, { kind: string; count: number }>()
  for (const { id, kind, verdict } of runs.flatMap(({ scores }) => scores)) {
    // What failed only with its prerequisite is told of by that.
    if (kind === 'check' || verdict === 'pass' || verdict === 'prerequisite') continue
    const known = counts.get(id) ?? { kind, count: 0 }
    counts.set(id, { kind, count: known.count + 1 })
  }
  return [...counts].map(([id, { kind, count: times }]) => {
    const why = REASONS.find(([start]) => id.startsWith(start))?.[1] ?? ''
    return `| ${id} | ${kind} | ${times} of ${runs.length} | ${why} |`
  })
}
