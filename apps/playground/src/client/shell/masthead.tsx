/** Name, flights and theme: the same on every page. */
import { formatCount, formatDays } from '../format.ts'
import type { ServerStatus } from '../rpc.ts'
import { ThemeToggle } from '../theme/theme-toggle.tsx'

export function Masthead({ status }: { readonly status: ServerStatus | undefined }) {
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
      <ThemeToggle />
    </header>
  )
}
