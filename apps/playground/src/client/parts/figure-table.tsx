/** A table of figures: the first column names the row, what is for wide screens only comes last. */
import type { ReactNode } from 'react'

interface FigureTableProps {
  /** For who hears the page and does not see it. */
  readonly caption: string
  readonly rowTitle: string
  readonly figureTitles: readonly string[]
  readonly wideHead?: ReactNode
  /** The rows. */
  readonly children: ReactNode
}

export function FigureTable({ caption, rowTitle, figureTitles, wideHead, children }: FigureTableProps) {
  return (
    <div className="table-frame">
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{rowTitle}</th>
            {figureTitles.map((title) => (
              <th key={title} scope="col" className="number">
                {title}
              </th>
            ))}
            {wideHead}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
