/** How the client is built; the server does it in-process at first start (src/server/client-build.ts). */
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Packages of this repository are read from their sources, as the server does.
  resolve: { conditions: ['@stowage/source', ...defaultClientConditions] },
  build: { target: 'es2023', modulePreload: false, assetsInlineLimit: 0 },
})
