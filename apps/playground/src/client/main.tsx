/** Where the page begins. */
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followServer, queryClient } from './answers/query-client.ts'
import { App } from './shell/app.tsx'
import './styles/tokens.css'
import './styles/reset.css'
import './styles/page.css'
import './styles/figures.css'
import './styles/tabs.css'
import './styles/controls.css'
import './styles/card.css'
import './styles/table.css'
import './styles/chart.css'
import './styles/overlay.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
followServer()
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
