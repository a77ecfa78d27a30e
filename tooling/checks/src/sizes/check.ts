/** Measured against budgets, and the page against what was measured: neither may drift without being noticed. */
import { type CheckResult, countOf, type Problem } from '../problem.ts'
import type { MeasuredSize } from './budgets.ts'
import { kilobytesText, PAGE } from './page.ts'

/** A page need not be written anew for every line of code. */
const PAGE_DRIFT = 0.1
/** It is written in steps of this. */
const PAGE_STEP_BYTES = 100

export function checkSizes(sizes: readonly MeasuredSize[], page: string): CheckResult {
  const problems = sizes.flatMap(({ budget, bytes }): Problem[] => {
    if (bytes > budget.kilobytes * 1000) {
      const message = `${budget.title} has grown to ${kilobytesText(bytes)}; its budget is ${budget.kilobytes} kB. Make it smaller, or raise the budget in tooling/checks/src/sizes/budgets.ts and say why`
      return [{ file: budget.source, message }]
    }
    const told = Number(
      page
        .split('\n')
        .find((line) => line.startsWith(`| ${budget.title} |`))
        ?.split('|')[2]
        ?.replace('kB', ''),
    )
    if (Math.abs(told * 1000 - bytes) <= Math.max(PAGE_DRIFT * bytes, PAGE_STEP_BYTES)) return []
    return [
      { file: PAGE, message: `${budget.title} is ${kilobytesText(bytes)}, not ${told} kB: pnpm check:sizes --write` },
    ]
  })
  return { problems, summary: `${countOf(sizes.length, 'bundle')} within budget` }
}
