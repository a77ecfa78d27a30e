/** The page's address as a store: links change it without a reload, back and forward buttons are followed. */
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

function announce(): void {
  for (const listener of listeners) listener()
}

export function goTo(address: string): void {
  window.history.pushState(undefined, '', address)
  announce()
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname)
}

/** With its question mark; empty when there is none. */
export function useSearch(): string {
  return useSyncExternalStore(subscribe, () => window.location.search)
}
