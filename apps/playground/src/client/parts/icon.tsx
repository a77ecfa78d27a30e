/** The page's few icons, drawn in the text's colour. Always decoration: whatever shows one carries its own label. */

const PATHS = {
  refresh: 'M13.6 6.4A6 6 0 1 0 14 8.9M13.9 2.6v3.9H10',
  sun: 'M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z',
  arrow: 'M2.5 8h10.5M9.5 4.5 13 8l-3.5 3.5',
  warning: 'M8 2 1.5 13.5h13L8 2ZM8 6.5v3.2M8 11.8v.1',
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8l1-5.5Z',
  clock: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 4.6V8l2.4 1.6',
  download: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  close: 'M4 4l8 8M12 4l-8 8',
  empty: 'M2 4.5h12v9H2zM2 7.5h12M5 2.5v3M11 2.5v3',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
