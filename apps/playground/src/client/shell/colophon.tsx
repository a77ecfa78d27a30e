/** What stands below every page. */

export function Colophon() {
  return (
    <footer className="colophon">
      <p>
        Every panel is one SQL query by DuckDB, answered from a Stowage cache. Stop the server, start it again, and the
        panels are answered from its file.
      </p>
      <p>
        Flights: Bureau of Transportation Statistics, by way of vega-datasets. The same answers as JSON:{' '}
        <a href="/api/panels">/api/panels</a>
      </p>
    </footer>
  )
}
