/** The other side of process-seat.ts: opens the entrant it is told, and does what it is asked, one step at a time. */
import { type Bout, SkippedError, type Workload, WrongAnswerError } from './contract.ts'
import type { OpenRequest, Reply, Request } from './messages.ts'
import { crash, endWithParent, tellParent } from './parent.ts'

export function serveSeat(workloads: readonly Workload[]): void {
  let opening: Promise<Bout> | undefined

  async function open({ workload, entrant, scale }: OpenRequest): Promise<Bout> {
    const asked = workloads.find(({ name }) => name === workload)?.entrants.find(({ name }) => name === entrant)
    if (asked === undefined) throw new Error(`no entrant '${entrant}' in workload '${workload}'`)
    return asked.open(scale)
  }

  async function answer(request: Request): Promise<Reply> {
    if (request.kind === 'open') {
      opening = open(request)
      const bout = await opening
      await bout.smoke()
      return { kind: 'done' }
    }
    if (opening === undefined) throw new Error('asked for a round before it was opened')
    const bout = await opening
    return { kind: 'figures', figures: await bout.round() }
  }

  process.on('message', (request: Request) => {
    answer(request).catch(refusal).then(tellParent).catch(crash)
  })
  endWithParent(async () => {
    // Also one that is still opening has processes and a folder to let go of. Why it could not open has been told.
    const bout = await opening?.catch(() => undefined)
    await bout?.close()
  })
}

function refusal(error: unknown): Reply {
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof WrongAnswerError) return { kind: 'wrong', reason }
  return { kind: error instanceof SkippedError ? 'skipped' : 'failed', reason }
}
