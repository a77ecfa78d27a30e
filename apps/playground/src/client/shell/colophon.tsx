/** What stands below every page. */

export function Colophon() {
  return (
    <footer className="colophon">
      <p>
        Every panel is one SQL query by DuckDB, kept in memory and in a sqlite file. Stop the server, start it again,
        and the panels are answered from the file.
      </p>
      <p>
        Flights: Bureau of Transportation Statistics, by way of vega-datasets. The same answers as JSON:{' '}
        <a href="/api/panels">/api/panels</a>
      </p>
    </footer>
  )
}
