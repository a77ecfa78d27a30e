/** Panels by name, for everything that is not the page: the same procedures, called in this process. */
import type { AnswerFacts } from '../shared/answer-facts.ts'
import { DEFAULT_MODE } from '../shared/cache-mode.ts'
import type { DayRange } from '../shared/calendar.ts'
import type { PanelName } from './queries/panel-queries.ts'
import type { RpcContext } from './rpc.ts'
import type { RpcRouter } from './rpc-router.ts'

type Caller = ReturnType<RpcRouter['createCaller']>

const CALLS: { readonly [Name in PanelName]: (caller: Caller, range: DayRange) => Promise<readonly PanelRow[]> } = {
  metrics: (caller, range) => caller.dashboard.metrics(range),
  totals: (caller, range) => caller.dashboard.totals(range),
  delays: (caller, range) => caller.analytics.delays(range),
  routes: (caller, range) => caller.analytics.routes(range),
  ranks: (caller, range) => caller.analytics.ranks(range),
  hours: (caller, range) => caller.analytics.hours(range),
  months: (caller, range) => caller.summary.months(range),
  weekdays: (caller, range) => caller.summary.weekdays(range),
}

/** A row of any panel: plain values by column. */
export type PanelRow = Readonly<Record<string, string | number | null>>

interface PanelAnswer {
  readonly panel: PanelName
  readonly from: string
  readonly to: string
  readonly rows: readonly PanelRow[]
  readonly served: AnswerFacts | undefined
}

export type AskPanel = (name: PanelName, range: DayRange) => Promise<PanelAnswer>

export function createPanelAnswers(rpcRouter: RpcRouter): AskPanel {
  return async (name, range) => {
    let served: AnswerFacts | undefined
    const context: RpcContext = {
      userId: 'nobody',
      mode: DEFAULT_MODE,
      tell: (facts) => {
        served = facts
      },
    }
    const rows = await CALLS[name](rpcRouter.createCaller(context), range)
    return { panel: name, ...range, rows, served }
  }
}
