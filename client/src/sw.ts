/**
 * The service worker: the app's shell without a network, whole or not at all.
 *
 * The build puts a list in place of the word __SHELL__: [{url, revision}, …], every file of the
 * app but this one, the page itself as its folder's address. It must stay a bare word, and this
 * file imports nothing: it is run as a classic script.
 *
 * A new version is fetched whole before it counts; until then, and until the app says so (no page
 * in the middle of a visit), the old one serves. What the server's API answers is never kept.
 */
declare const __SHELL__: { url: string; revision: string }[]

const SHELL = __SHELL__
const worker = self as unknown as ServiceWorkerGlobalScope
const PREFIX = 'ruhu-shell-'
const CACHE = PREFIX + named(SHELL.map((file) => file.url + file.revision).join(' '))
const scope = new URL(worker.registration.scope)

worker.addEventListener('install', (event) => {
  event.waitUntil(install())
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(activate())
})

worker.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void worker.skipWaiting()
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  const isOurs = url.origin === scope.origin && url.pathname.startsWith(scope.pathname)
  if (request.method !== 'GET' || !isOurs) return
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request))
})

/** A short name of this very list: two versions never share a cache. */
function named(list: string): string {
  let hash = 0
  for (const letter of list) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0
  return `${SHELL.length}-${(hash >>> 0).toString(36)}`
}

/** All or nothing: one file missing, or somebody else's answer, and the old version stays. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE)
  try {
    await Promise.all(SHELL.map((each) => keep(cache, each)))
  } catch (fault) {
    await caches.delete(CACHE)
    throw fault
  }
}

async function keep(cache: Cache, { url, revision }: { url: string; revision: string }) {
  const known = await former(url, revision)
  if (known) return cache.put(url, known)
  const response = await fetch(url, { cache: 'no-cache', credentials: 'same-origin' })
  const isWhole = response.ok && !response.redirected && (await isTrue(response.clone(), revision))
  if (!isWhole) throw new Error(`${url} did not come whole`)
  await cache.put(url, response)
}

/** A file that an older version had just so need not travel again. */
async function former(url: string, revision: string): Promise<Response | null> {
  for (const old of await caches.keys()) {
    if (!old.startsWith(PREFIX) || old === CACHE) continue
    const found = await (await caches.open(old)).match(url)
    if (found && (await isTrue(found.clone(), revision))) return found
  }
  return null
}

/** A login page answers 200 as well: only the bytes themselves prove a file. */
async function isTrue(response: Response, revision: string): Promise<boolean> {
  const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer())
  const hex = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, '0')).join('')
  return hex.startsWith(revision)
}

async function activate(): Promise<void> {
  for (const old of await caches.keys()) {
    if (old.startsWith(PREFIX) && old !== CACHE) await caches.delete(old)
  }
  await worker.clients.claim()
}

/** Every address of the app is the one page. */
async function page(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(scope.pathname)
  return kept ?? fetch(request)
}

async function file(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreSearch: true })
  return kept ?? fetch(request)
}
