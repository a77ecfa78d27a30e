/** A link within the playground: a real address, followed without a reload unless the reader asks for another tab. */
import type { MouseEvent, ReactNode } from 'react'
import { goTo } from './address.ts'

interface LinkProps {
  readonly to: string
  readonly className?: string
  /** Whether it leads to the page that is shown. */
  readonly isCurrent?: boolean
  readonly children: ReactNode
}

export function Link({ to, className, isCurrent = false, children }: LinkProps) {
  function follow(event: MouseEvent): void {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    goTo(to)
  }
  return (
    <a href={to} className={className} aria-current={isCurrent ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  )
}
