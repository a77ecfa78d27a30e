/** Where the page begins. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './shell/app.tsx'
import './styles/tokens.css'
import './styles/page.css'
import './styles/tabs.css'
import './styles/controls.css'
import './styles/card.css'
import './styles/table.css'
import './styles/chart.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
