/** Name, flights, mode and theme: the same on every page. */
import type { CacheMode } from '../../shared/cache-mode.ts'
import { formatCount, formatDays } from '../format.ts'
import type { ServerStatus } from '../rpc.ts'
import { ThemeToggle } from '../theme/theme-toggle.tsx'
import { Link } from './link.tsx'

interface MastheadProps {
  readonly status: ServerStatus | undefined
  readonly mode: CacheMode | undefined
}

export function Masthead({ status, mode }: MastheadProps) {
  return (
    <header className="masthead">
      <div className="brand">
        <span className="brand-mark" aria-hidden="true" />
        <div>
          <h1>
            Stowage <span>playground</span>
          </h1>
          {status && (
            <p>
              {formatCount(status.flightCount)} US flights, {formatDays(status.days)}
            </p>
          )}
        </div>
      </div>
      <div className="masthead-tools">
        {mode !== undefined && (
          <Link to="/settings" className="mode-chip">
            <span>Mode</span>
            <strong>{mode}</strong>
          </Link>
        )}
        <ThemeToggle />
      </div>
    </header>
  )
}
