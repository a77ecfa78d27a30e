/**
 * Stands in front of the page while full mode loads ahead: how far it is, how long it will take, what is loaded now, and a
 * way out. What is done in a moment shows no overlay.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { formatCount, formatSeconds } from '../format.ts'
import { cancelPreload, type PreloadProgress, usePreload } from './preload-store.ts'

const DELAY_MS = 350

export function PreloadOverlay({ limitMs }: { readonly limitMs: number }) {
  const state = usePreload()
  const isRunning = state.phase === 'running'
  const [isDue, setDue] = useState(false)
  useEffect(() => {
    if (!isRunning) return setDue(false)
    const timer = window.setTimeout(() => setDue(true), DELAY_MS)
    return () => window.clearTimeout(timer)
  }, [isRunning])
  if (!isRunning || !isDue) return null
  return <OverlayDialog progress={state.progress} limitMs={limitMs} />
}

interface OverlayDialogProps {
  readonly progress: PreloadProgress | undefined
  readonly limitMs: number
}

function OverlayDialog({ progress, limitMs }: OverlayDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  // A modal one: the browser keeps the focus in it, and gives it back if it is closed before it is taken out of the page.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  const { done = 0, total, current = [], elapsedMs = 0, estimatedLeftMs } = progress ?? {}
  return (
    <dialog
      ref={dialog}
      className="overlay"
      aria-labelledby="overlay-title"
      aria-describedby="overlay-limit"
      onCancel={(event) => {
        event.preventDefault()
        void cancelPreload()
      }}
    >
      <h2 id="overlay-title">Loading everything ahead</h2>
      <p className="overlay-figures" role="status">
        <strong>{total === undefined ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`}</strong>
        <span>{leftText(estimatedLeftMs)}</span>
      </p>
      <progress max={total ?? 1} value={total === undefined ? undefined : done} aria-label="Answers loaded" />
      <p className="overlay-current">
        <span>Now</span> {current.length === 0 ? 'getting ready' : current.join(' · ')}
      </p>
      <p id="overlay-limit" className="overlay-limit">
        {formatSeconds(elapsedMs)} of at most {formatSeconds(limitMs)}; after that, or when you cancel, the mode is
        selective. What has been loaded stays.
      </p>
      <button type="button" className="button" onClick={() => void cancelPreload()}>
        Cancel
      </button>
    </dialog>
  )
}

function leftText(leftMs: number | undefined): string {
  if (leftMs === undefined) return 'estimating the time left'
  return leftMs < 1_000 ? 'less than a second left' : `about ${formatSeconds(leftMs)} left`
}
