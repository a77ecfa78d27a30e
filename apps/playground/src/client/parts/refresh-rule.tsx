/** A page's rule in words: how long its answers are kept, and what ends them sooner. */
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

interface RefreshRuleProps {
  readonly icon: IconName
  readonly rule: string
  readonly children: ReactNode
  /** What the reader can do about it. */
  readonly action?: ReactNode
}

export function RefreshRule({ icon, rule, children, action }: RefreshRuleProps) {
  return (
    <section className="rule" aria-label="Refresh rule">
      <Icon name={icon} />
      <p>
        <strong>{rule}</strong> {children}
      </p>
      {action}
    </section>
  )
}
