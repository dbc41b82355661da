import { defineConfig } from 'vitest/config'

export default defineConfig({
  define: { __BUILT__: '"2026-11-01T00:00:00Z"', __VERSION__: '"test"' },
  resolve: {
    // Node would get tus's other half, which knows no Blob; what the phone runs is what is tested.
    alias: { 'tus-js-client': 'tus-js-client/lib.esm/browser/index.js' },
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
  },
})
