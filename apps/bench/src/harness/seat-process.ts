/** The other side of process-seat.ts: opens the entrant it is told, and does what it is asked, one step at a time. */
import { type Bout, SkippedError, type Workload, WrongAnswerError } from './contract.ts'
import type { OpenRequest, Reply, Request } from './messages.ts'
import { crash, endWithParent, tellParent } from './parent.ts'

export function serveSeat(workloads: readonly Workload[]): void {
  let bout: Bout | undefined

  async function open({ workload, entrant, scale }: OpenRequest): Promise<Bout> {
    const asked = workloads.find(({ name }) => name === workload)?.entrants.find(({ name }) => name === entrant)
    if (asked === undefined) throw new Error(`no entrant '${entrant}' in workload '${workload}'`)
    return asked.open(scale)
  }

  async function answer(request: Request): Promise<Reply> {
    if (request.kind === 'open') {
      bout = await open(request)
      await bout.smoke()
      return { kind: 'done' }
    }
    if (bout === undefined) throw new Error('asked for a round before it was opened')
    return { kind: 'figures', figures: await bout.round() }
  }

  process.on('message', (request: Request) => {
    answer(request).catch(refusal).then(tellParent).catch(crash)
  })
  endWithParent(() => bout?.close())
}

function refusal(error: unknown): Reply {
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof WrongAnswerError) return { kind: 'wrong', reason }
  return { kind: error instanceof SkippedError ? 'skipped' : 'failed', reason }
}
