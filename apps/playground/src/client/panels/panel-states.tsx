/** What a panel shows when it has no rows to show: still loading, failed, or nothing in that range. */
import { Icon } from '../parts/icon.tsx'

/** @param heightPx about that of what will replace it, so that the page does not jump. */
export function PanelSkeleton({ heightPx }: { readonly heightPx: number }) {
  return (
    <div className="skeleton" style={{ height: heightPx }} role="img" aria-label="Loading">
      {Array.from({ length: Math.max(3, Math.round(heightPx / 44)) }, (_, row) => (
        <span key={row} style={{ width: `${96 - ((row * 23) % 41)}%` }} />
      ))}
    </div>
  )
}

interface PanelFailureProps {
  readonly title: string
  readonly complaint: string
  readonly onRetry: () => void
}

export function PanelFailure({ title, complaint, onRetry }: PanelFailureProps) {
  return (
    <div className="notice notice-failure" role="alert">
      <Icon name="warning" />
      <p>
        <strong>{title}</strong>
        <span>{complaint}</span>
      </p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

export function PanelEmpty() {
  return (
    <div className="notice">
      <Icon name="empty" />
      <p>
        <strong>No flights in these days</strong>
        <span>Choose other days above to see something here.</span>
      </p>
    </div>
  )
}
