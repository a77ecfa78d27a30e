/** Light or dark: the reader's own choice if one is kept, else the system's. Charts redraw on it, so it is a store. */
import { useSyncExternalStore } from 'react'

export type Theme = 'light' | 'dark'

// Read by public/theme.js too, before the first paint.
const STORAGE_KEY = 'stowage-theme'
const system = window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme']
  if (chosen === 'light' || chosen === 'dark') return chosen
  return system.matches ? 'dark' : 'light'
}

function announce(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  system.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', listener)
  }
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme)
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme
  announce()
  try {
    localStorage.setItem(STORAGE_KEY, theme)
  } catch (error) {
    console.warn('The theme holds for this page only: this browser refuses storage.', error)
  }
}
