/** For an address that is none of the pages'. */
import { Icon } from '../parts/icon.tsx'
import { Link } from './link.tsx'

export function NoPage() {
  return (
    <main className="card">
      <div className="notice">
        <Icon name="empty" />
        <p>
          <strong>There is no page at this address</strong>
          <span>
            All there are stand above; the first is the <Link to="/">Dashboard</Link>.
          </span>
        </p>
      </div>
    </main>
  )
}
