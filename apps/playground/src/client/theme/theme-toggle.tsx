/** The button that switches between light and dark. */
import { Icon } from '../parts/icon.tsx'
import { chooseTheme, useTheme } from './theme-choice.ts'

export function ThemeToggle() {
  const other = useTheme() === 'dark' ? 'light' : 'dark'
  const label = `Switch to the ${other} theme`
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={() => chooseTheme(other)}>
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  )
}
