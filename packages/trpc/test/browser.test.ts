/** Two pages in a real browser: what is changed in one is shown in the other, for those it concerns, without polling. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import { chromium, type Page } from 'playwright-core'
import { build, type Rollup } from 'vite'
import { expect, test } from 'vitest'
import { createTitleRouter, type PageContext } from './fixtures/title-router.ts'
import { eventually } from './service.ts'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const browserPath = process.env['CHROMIUM_PATH'] ?? BROWSERS.find((path) => existsSync(path))
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

async function pageScript(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['@stowage/source', 'module', 'browser', 'import'] },
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, 'fixtures/page.ts'), formats: ['es'], fileName: 'page' },
    },
  })
  const outputs = (Array.isArray(built) ? built : [built]) as Rollup.RollupOutput[]
  const [chunk] = outputs.flatMap(({ output }) => output)
  if (chunk?.type !== 'chunk') throw new Error('the page was not built')
  return chunk.code
}

/** The pages and their API on one port. */
async function openSite() {
  const script = await pageScript()
  const { router, served, forget } = createTitleRouter()
  const createContext = ({
    req,
    info,
  }: {
    readonly req: IncomingMessage
    readonly info: { readonly connectionParams: NodeJS.Dict<string> | null }
  }): PageContext => {
    const { user } = req.headers
    return { user: info.connectionParams?.['user'] ?? (typeof user === 'string' ? user : '') }
  }
  const rpc = createHTTPHandler({ router, basePath: '/trpc/', createContext })
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/trpc/') === true) return void rpc(request, response)
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : PAGE)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    served,
    forget,
    /** Ends all connections, as a restart or a proxy does. */
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const PAGE = `<!doctype html><p id="title"></p><p id="draft"></p>
<button id="rename"></button><button id="redraft"></button><script type="module" src="/page.js"></script>`

const text = (page: Page, id: string) => page.locator(`#${id}`).textContent()

test.skipIf(browserPath === undefined)(
  'a mutation in one page updates the other, a lost connection loses nothing, and nobody polls',
  async () => {
    await using site = await openSite()
    await using browser = await chromium.launch({ executablePath: browserPath ?? '', args: FLAGS })
    const open = async (user: string) => {
      const page = await browser.newPage()
      page.on('pageerror', (error) => expect.fail(String(error)))
      await page.clock.install()
      await page.goto(`${site.url}/?user=${user}`)
      return page
    }
    const [here, there, bobs] = [await open('alice'), await open('alice'), await open('bob')]
    for (const page of [here, there, bobs]) await eventually(() => text(page, 'title')).toBe('first')
    await eventually(() => text(there, 'draft')).toBe('alice: empty')
    await eventually(() => site.served.connections).toBe(3)
    expect(site.served).toMatchObject({ titleRuns: 1, draftRuns: 2 })

    await here.locator('#rename').click()
    for (const page of [here, there, bobs]) await eventually(() => text(page, 'title')).toBe('renamed')
    expect(site.served.titleRuns).toBe(2)

    await here.locator('#redraft').click()
    for (const page of [here, there]) await eventually(() => text(page, 'draft')).toBe('alice: redrafted')
    expect(await text(bobs, 'draft')).toBe('bob: empty')
    expect(site.served.draftRuns).toBe(3)

    // What changes while nobody is connected is seen when they are again: each asks anew for all it shows.
    const before = await settled(() => site.served.queries)
    site.served.title = 'changed behind'
    await site.forget('title')
    site.cut()
    for (const page of [here, there, bobs]) {
      // A browser takes seconds to connect anew.
      await eventually(() => text(page, 'title')).toBe('changed behind')
    }
    expect(await settled(() => site.served.queries)).toBe(before + 6)

    // An hour passes, and nothing is asked.
    for (const page of [here, there, bobs]) await page.clock.runFor('01:00:00')
    expect(await settled(() => site.served.queries)).toBe(before + 6)
  },
  120_000,
)

/** What a count comes to when it has stopped growing. */
async function settled(count: () => number): Promise<number> {
  let before = -1
  await expect
    .poll(
      () => {
        const isSame = before === count()
        before = count()
        return isSame
      },
      { interval: 300, timeout: 20_000 },
    )
    .toBe(true)
  return before
}
