/** The table of docs/step-by-step.md: made from what was played, and put where the page has it. */
import type { Tally } from './play.ts'
import type { StoryStep } from './steps.ts'

const HEAD =
  '| | What is written | Source queries | Waited for one | Errors | Old prices |\n| --- | --- | --- | --- | --- | --- |'
const TABLE = /\| \| What is written \|[\s\S]*?\n(?=\n)/

export function tableOf(played: readonly { readonly step: StoryStep; readonly tally: Tally }[]): string {
  const rows = played.map(
    ({ step, tally: { queries, waited, errors, old } }, at) =>
      `| ${at} | ${step.title}: \`${step.code}\` | **${queries}** | ${waited} | ${errors} | ${old} |`,
  )
  return [HEAD, ...rows, ''].join('\n')
}

export function withTable(page: string, table: string): string {
  if (!TABLE.test(page)) throw new Error('docs/step-by-step.md has no table to replace')
  return page.replace(TABLE, () => table)
}
