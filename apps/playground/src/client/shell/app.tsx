/** The frame of every page. Nothing else can be asked until the server has said which days there are. */
import { Suspense, useEffect, useMemo } from 'react'
import { pageAt } from '../../shared/page-list.ts'
import { useStatus } from '../live/use-status.ts'
import { PreloadNotice } from '../mode/preload-notice.tsx'
import { PreloadOverlay } from '../mode/preload-overlay.tsx'
import { useMode, usePreloadOnReturn } from '../mode/use-mode.ts'
import { pageComponent } from '../pages/page-modules.ts'
import { PanelFailure, PanelSkeleton } from '../panels/panel-states.tsx'
import { usePath } from './address.ts'
import { Colophon } from './colophon.tsx'
import { Masthead } from './masthead.tsx'
import { NoPage } from './no-page.tsx'
import { PageFault } from './page-fault.tsx'
import { Tabs } from './tabs.tsx'

const PAGE_HEIGHT_PX = 480

export function App() {
  const page = pageAt(usePath())
  const feed = useStatus()
  const mode = useMode()
  usePreloadOnReturn(mode)
  const { status, complaint } = feed
  const { from, to } = status?.days ?? {}
  // One object for the same days: each status brings a new one, and the range depends on it.
  const days = useMemo(() => (from === undefined || to === undefined ? undefined : { from, to }), [from, to])
  const Page = page === undefined ? undefined : pageComponent(page.name)
  useEffect(() => {
    document.title = page === undefined ? 'Stowage playground' : `${page.title} · Stowage playground`
  }, [page])
  return (
    <div className="page">
      <a className="skip-link" href="#page">
        Skip to the page
      </a>
      <Masthead status={status} mode={mode?.mode} />
      <Tabs current={page?.name} />
      {/* Another page is no new document to a screen reader: it has to be told. */}
      <p className="visually-hidden" role="status">
        {page?.title}
      </p>
      <div id="page" tabIndex={-1}>
        {mode && <PreloadNotice limitMs={mode.preloadLimitMs} />}
        {Page === undefined && <NoPage />}
        {Page !== undefined && status && days && (
          <PageFault key={page?.name}>
            <Suspense fallback={<PageWait />}>
              {feed.complaint !== undefined && (
                <p className="banner" role="alert">{`${feed.complaint} Figures are the last ones heard.`}</p>
              )}
              <Page days={days} status={status} feed={feed} />
            </Suspense>
          </PageFault>
        )}
        {Page !== undefined && !status && complaint === undefined && <PageWait />}
        {Page !== undefined && !status && complaint !== undefined && (
          <main className="card">
            <PanelFailure title="The playground could not be loaded" complaint={complaint} onRetry={feed.ask} />
          </main>
        )}
      </div>
      <Colophon />
      {mode && <PreloadOverlay limitMs={mode.preloadLimitMs} />}
    </div>
  )
}

function PageWait() {
  return (
    <main className="card" aria-busy="true">
      <PanelSkeleton heightPx={PAGE_HEIGHT_PX} />
    </main>
  )
}
