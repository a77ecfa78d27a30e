/** The row of pages. The chosen days go along from page to page. */
import { useEffect, useRef } from 'react'
import { PAGE_LIST } from '../../shared/page-list.ts'
import { useSearch } from './address.ts'
import { Link } from './link.tsx'

export function Tabs({ current }: { readonly current: string | undefined }) {
  const search = useSearch()
  const list = useRef<HTMLUListElement>(null)

  // On a narrow screen the row scrolls: the current one has to be in sight.
  useEffect(() => {
    const link = list.current?.querySelector('[aria-current]')
    if (current !== undefined) link?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [current])

  return (
    <nav className="tabs" aria-label="Pages">
      <ul ref={list}>
        {PAGE_LIST.map(({ name, path, title }) => (
          <li key={name}>
            <Link to={`${path}${search}`} className="tab" isCurrent={name === current}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
