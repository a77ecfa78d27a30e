/** What one reader's browser asks of the server while all tabs are walked, as fast as it is answered. */
import { setTimeout as sleep } from 'node:timers/promises'
import { PAGE_PANELS, type PanelPage } from '../server/queries/panel-queries.ts'
import type { DayRange } from '../shared/calendar.ts'
import { PAGE_LIST } from '../shared/page-list.ts'
import { PRESETS, presetRange } from '../shared/presets.ts'

export interface Walk {
  readonly address: string
  readonly days: DayRange
  /** Which it is: decides where it begins and the range it chooses. */
  readonly session: number
  /** How long each tab is looked at, half as long to half as long again. */
  readonly lookMs: number
}

export interface Walked {
  readonly requestCount: number
  /** Panels among them: what the cache answers. */
  readonly panelCount: number
  readonly failures: readonly string[]
  /** Distinct questions to the source. */
  readonly questions: ReadonlySet<string>
  readonly tookMs: readonly number[]
}

/** What the pages that show no flights ask first. */
const FIRST_QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  inspect: [`inspect.list?input=${json({ space: 'answers', sort: 'key' })}`, 'inspect.curve'],
  compare: ['compare.field'],
  faults: ['faults.state'],
  nodes: ['nodes.all'],
  settings: ['settings.mode', 'settings.cache'],
}

const SHORT_RANGES = PRESETS.filter(({ dayCount }) => dayCount !== undefined)
const FILTERED_PAGES: ReadonlySet<string> = new Set<PanelPage>(['dashboard', 'analytics'])

/**
 * Every tab as it opens, over all days, then those with a filter again over a shorter range; the stream of changes is
 * listened to meanwhile. Sessions begin with different tabs and choose different ranges.
 */
export async function walkAllTabs({ address, days, session, lookMs }: Walk): Promise<Walked> {
  const failures: string[] = []
  const questions = new Set<string>()
  const tookMs: number[] = []
  let panelCount = 0
  let cookie = ''
  const left = new AbortController()
  const look = (): Promise<void> => sleep(lookMs * (0.5 + Math.random()))
  const ask = async (path: string): Promise<void> => {
    const startedAtMs = performance.now()
    try {
      const response = await fetch(`${address}${path}`, { headers: { cookie } })
      const text = await response.text()
      if (response.status !== 200) failures.push(`${path}: ${response.status} ${text.slice(0, 200)}`)
      cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
    } catch (error) {
      // What fetch says itself is that it failed; why is in the cause.
      const cause = error instanceof Error && error.cause !== undefined ? `: ${String(error.cause)}` : ''
      failures.push(`${path}: ${String(error)}${cause}`)
    }
    tookMs.push(performance.now() - startedAtMs)
  }
  const open = async (page: string, range: DayRange): Promise<void> => {
    const panels = isPanelPage(page) ? PAGE_PANELS[page] : []
    const input = json(range)
    for (const name of panels) questions.add(`${name} ${input}`)
    panelCount += panels.length
    const first = FIRST_QUESTIONS[page] ?? []
    await Promise.all([
      ...panels.map((name) => ask(`/trpc/${page}.${name}?input=${input}`)),
      ...['status', 'settings.mode', ...first].map((question) => ask(`/trpc/${question}`)),
    ])
  }
  await look()
  const stream = await fetch(`${address}/trpc/changes`, {
    headers: { accept: 'text/event-stream' },
    signal: left.signal,
  })
  if (stream.status !== 200) failures.push(`/trpc/changes: ${stream.status}`)
  // The document and what it loads, once: from then on the tabs are one program.
  await ask('/')
  const short = SHORT_RANGES[session % SHORT_RANGES.length]
  for (let step = 0; step < PAGE_LIST.length; step += 1) {
    const page = PAGE_LIST[(session + step) % PAGE_LIST.length]
    if (page === undefined) continue
    await look()
    await open(page.name, days)
    if (short !== undefined && FILTERED_PAGES.has(page.name)) {
      await look()
      await open(page.name, presetRange(days, short))
    }
  }
  left.abort()
  return { requestCount: tookMs.length, panelCount, failures, questions, tookMs }
}

function json(value: unknown): string {
  return encodeURIComponent(JSON.stringify(value))
}

function isPanelPage(page: string): page is PanelPage {
  return Object.hasOwn(PAGE_PANELS, page)
}
