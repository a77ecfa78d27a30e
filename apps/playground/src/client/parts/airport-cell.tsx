/** An airport as the head of its row: code, and city where there is room. */

export function AirportCell({ code, city }: { readonly code: string; readonly city: string | null }) {
  return (
    <th scope="row" className="airport">
      <span className="airport-code">{code}</span>
      {city !== null && <span className="airport-city">{city}</span>}
    </th>
  )
}
