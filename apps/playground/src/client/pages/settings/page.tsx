/** What a reader can change: their own mode, what is kept warm, and the server's cache. */
import { ModeChooser } from '../../mode/mode-chooser.tsx'
import { ShortRangeSwitch } from '../../mode/short-range-switch.tsx'
import { useMode } from '../../mode/use-mode.ts'
import { PanelSkeleton } from '../../panels/panel-states.tsx'
import { RefreshRule } from '../../parts/refresh-rule.tsx'
import type { PageProps } from '../page-modules.ts'
import { CacheCard } from './cache-card.tsx'
import './settings.css'

export function Page({ feed }: PageProps) {
  const facts = useMode()
  return (
    <main>
      <RefreshRule icon="clock" rule="Never cached.">
        What stands here is asked for each time, and kept on the server: it is the same after a restart.
      </RefreshRule>
      <div className="panels">
        <section className="card" aria-labelledby="mode-title">
          <header className="card-head">
            <h2 id="mode-title">Your mode</h2>
            <p>For this browser only, by a cookie; there is nothing to log in to.</p>
          </header>
          {facts === undefined ? <PanelSkeleton heightPx={180} /> : <ModeChooser {...facts} />}
        </section>
        <section className="card" aria-labelledby="warm-title">
          <header className="card-head">
            <h2 id="warm-title">Kept warm</h2>
            <p>Loaded before anybody asks, by the same warmer as full mode.</p>
          </header>
          {facts === undefined ? (
            <PanelSkeleton heightPx={90} />
          ) : (
            <ShortRangeSwitch isOn={facts.shortRangesKeptWarm} />
          )}
        </section>
        <CacheCard onSwitched={feed.ask} />
      </div>
    </main>
  )
}
