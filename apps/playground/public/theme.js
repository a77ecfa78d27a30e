// Applies the kept theme before the first paint; src/client/theme/theme-choice.ts keeps it.
try {
  const kept = localStorage.getItem('stowage-theme')
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept
} catch (error) {
  console.warn('No theme is kept: this browser refuses storage.', error)
}
