/** How the preload ended, in a line above the page until it is put away. */
import { formatCount, formatSeconds, formatSpan } from '../format.ts'
import { Icon } from '../parts/icon.tsx'
import { forgetPreload, type PreloadEnd, type PreloadState, usePreload } from './preload-store.ts'

export function PreloadNotice({ limitMs }: { readonly limitMs: number }) {
  const state = usePreload()
  const text = textFor(state, limitMs)
  if (text === undefined) return null
  const isGood = state.phase === 'ended' && state.end.mode === 'full'
  return (
    <div className={isGood ? 'banner banner-good banner-closable' : 'banner banner-closable'} role="status">
      <p>{text}</p>
      <button type="button" className="icon-button" aria-label="Put this notice away" onClick={forgetPreload}>
        <Icon name="close" />
      </button>
    </div>
  )
}

function textFor(state: PreloadState, limitMs: number): string | undefined {
  switch (state.phase) {
    case 'ended':
      return endText(state.end, limitMs)
    case 'cancelled':
      return 'Cancelled: the mode is selective. What had been loaded is still there.'
    case 'broken':
      return `Loading ahead broke off. ${state.complaint}`
    default:
      return undefined
  }
}

function endText({ outcome, loaded, alreadyThere, failed, elapsedMs, mode }: PreloadEnd, limitMs: number): string {
  const counts = `${formatCount(loaded)} loaded, ${formatCount(alreadyThere)} already there`
  const failures = failed === 0 ? '' : ` ${formatCount(failed)} could not be loaded.`
  if (mode === 'full') return `Everything is at hand: ${counts}, in ${formatSpan(elapsedMs)}.${failures}`
  if (outcome === 'timed-out')
    return `It took longer than ${formatSeconds(limitMs)}: the mode is selective now. ${counts}.`
  return `Loading ahead ended early (${outcome}): the mode is selective now. ${counts}.${failures}`
}
