/** Stands in for a page that broke or whose code could not be fetched, so that the other tabs go on working. */
import { Component, type ReactNode } from 'react'
import { PanelFailure } from '../panels/panel-states.tsx'
import { messageOf } from '../rpc.ts'

interface PageFaultState {
  readonly complaint: string | undefined
}

export class PageFault extends Component<{ readonly children: ReactNode }, PageFaultState> {
  override state: PageFaultState = { complaint: undefined }

  static getDerivedStateFromError(error: unknown): PageFaultState {
    return { complaint: messageOf(error) }
  }

  override render(): ReactNode {
    const { complaint } = this.state
    if (complaint === undefined) return this.props.children
    return (
      <main className="card">
        <PanelFailure
          title="This page could not be shown"
          complaint={complaint}
          onRetry={() => window.location.reload()}
        />
      </main>
    )
  }
}
