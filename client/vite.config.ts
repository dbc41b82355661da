import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const BASE = '/app/'
const OUT = process.env.RUHU_OUT || here('./dist')
const WORKER = here('./src/sw.ts')
const QUALITY = 1 // BROTLI_PARAM_QUALITY; the best is ten times slower for two hundredths
const COMPRESSED = /\.(js|css|html|json|webmanifest|svg|wasm)$/

const revision = (bytes: Uint8Array | string) =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 12)

/** All files below `folder`, as paths relative to it. */
function filesIn(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1))
    .sort()
}

/** What the service worker must have before a new version is whole: every file but itself. */
function shell(): { url: string; revision: string }[] {
  const kept = filesIn(OUT).filter((path) => path !== 'sw.js' && !/\.(gz|br|map)$/.test(path))
  return kept.map((path) => ({
    url: path === 'index.html' ? BASE : BASE + path,
    revision: revision(readFileSync(`${OUT}/${path}`)),
  }))
}

function compress(path: string): void {
  const bytes = readFileSync(path)
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [QUALITY]: 9 } }))
}

/** Tells the worker what was built, and leaves compressed siblings for the server to hand out. */
function finishing(): Plugin {
  return {
    name: 'ruhu-shell',
    apply: 'build',
    closeBundle() {
      const worker = `${OUT}/sw.js`
      if (existsSync(worker)) {
        const code = readFileSync(worker, 'utf8')
        writeFileSync(worker, code.replaceAll('__SHELL__', JSON.stringify(shell())))
      }
      for (const path of filesIn(OUT)) if (COMPRESSED.test(path)) compress(`${OUT}/${path}`)
    },
  }
}

const version: string = JSON.parse(readFileSync(here('./package.json'), 'utf8')).version

export default defineConfig({
  base: BASE,
  plugins: [vue(), finishing()],
  define: {
    __BUILT__: JSON.stringify(new Date().toISOString()),
    __VERSION__: JSON.stringify(version),
    __VUE_OPTIONS_API__: 'false',
  },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: ['chrome89', 'safari15'], // the engine awaits at its top level
    chunkSizeWarningLimit: 1100, // the engine, loaded with the first form
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      // The engine's parser brings an eval that is never called; our policy would forbid it.
      checks: { eval: false, pluginTimings: false },
      input: {
        app: here('./index.html'),
        ...(existsSync(WORKER) ? { sw: WORKER } : {}),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
