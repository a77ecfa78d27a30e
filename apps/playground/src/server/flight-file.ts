/** Where the flights lie: the parquet and csv files of the npm package vega-datasets, which exports no path to them. */
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface FlightFiles {
  /** Parquet with the columns date, delay, distance, origin, destination. */
  readonly flights: string
  /** Csv with the columns iata, name, city, state, country, latitude, longitude. */
  readonly airports: string
}

export function bundledFiles(): FlightFiles {
  const entry = import.meta.resolve('vega-datasets')
  const path = (name: string): string => fileURLToPath(new URL(`../data/${name}`, entry))
  return { flights: path('flights-3m.parquet'), airports: path('airports.csv') }
}

/**
 * Changes whenever the file is replaced: what was computed from another file must not be served for this one. Every hit
 * asks for it: those who ask in the same moment share one look at the file.
 */
export function fileFingerprint(path: string): () => Promise<string> {
  let looking: Promise<string> | undefined
  const look = async (): Promise<string> => {
    try {
      const { size, mtimeMs } = await stat(path)
      return `${size}-${mtimeMs}`
    } finally {
      looking = undefined
    }
  }
  return () => {
    looking ??= look()
    return looking
  }
}
