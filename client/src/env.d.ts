/// <reference types="vite/client" />

/** When this app was built, ISO. */
declare const __BUILT__: string
declare const __VERSION__: string

/* The few words of Node that vite.config.ts needs; the whole package of types is not worth it. */
declare module 'node:crypto' {
  export function createHash(name: string): {
    update(bytes: Uint8Array | string): { digest(as: 'hex'): string }
  }
}
declare module 'node:fs' {
  export function existsSync(path: string): boolean
  export function readFileSync(path: string): Uint8Array
  export function readFileSync(path: string, encoding: 'utf8'): string
  export function writeFileSync(path: string, bytes: Uint8Array | string): void
  export function readdirSync(
    path: string,
    options: { recursive: true; withFileTypes: true },
  ): { name: string; parentPath: string; isFile(): boolean }[]
}
declare module 'node:url' {
  export function fileURLToPath(url: URL): string
}
declare module 'node:zlib' {
  export function gzipSync(bytes: Uint8Array, options?: { level: number }): Uint8Array
  export function brotliCompressSync(
    bytes: Uint8Array,
    options?: { params: Record<number, number> },
  ): Uint8Array
}
declare const process: { env: Record<string, string | undefined> }
