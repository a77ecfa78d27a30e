/** A real browser on a real playground with the real client, built once per test file. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { buildClient } from '../../src/server/client-build.ts'
import { openPlayground, type Playground, type PlaygroundOptions } from '../playground.ts'
import { browserPath } from './browser-path.ts'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

/** Waits as long as a busy machine may take. */
export const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 20_000 })

export interface Site extends Playground {
  /** A browser of a user of their own, at that address. A fault in a page fails the test. */
  open(path: string): Promise<Page>
}

export async function openSite(options: PlaygroundOptions = {}): Promise<Site & AsyncDisposable> {
  const { directory } = await buildClient()
  const playground = await openPlayground({ building: Promise.resolve(directory), ...options })
  const browser: Browser = await chromium.launch({ executablePath: browserPath ?? '', args: FLAGS })
  return {
    ...playground,
    async open(path) {
      const context = await browser.newContext()
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      page.on('pageerror', (error) => expect.fail(String(error)))
      await page.goto(`${playground.address}${path}`)
      return page
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await playground[Symbol.asyncDispose]()
    },
  }
}

/** What a panel's badge says, such as `hit · memory · age 3 s`. */
export async function badgeOf(page: Page, panel: string): Promise<string> {
  const badge = page.locator(`.card-${panel} .served .badge`)
  return (await badge.count()) === 0 ? '' : ((await badge.textContent()) ?? '').replace('Served: ', '')
}
