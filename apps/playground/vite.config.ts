/** How the client is built; the server does it in-process at first start (src/server/client-build.ts). */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { target: 'es2023', modulePreload: false, assetsInlineLimit: 0 },
})
