/** The service worker, its next version, and the way onto the home screen. */
import { ref, shallowRef, watch } from 'vue'

/** A newer version lies ready; it takes over only when a person says so. */
export const waiting = shallowRef<ServiceWorker | null>(null)
export const installable = shallowRef<{ prompt(): Promise<unknown> } | null>(null)
/** A newer version took over, from another window: parts of this one are no longer there. */
export const takenOver = ref(false)
export const installed = ref(window.matchMedia('(display-mode: standalone)').matches)

window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  installable.value = event as unknown as { prompt(): Promise<unknown> }
})
window.addEventListener('appinstalled', () => {
  installed.value = true
  installable.value = null
})

export function watchForUpdates(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const base = import.meta.env.BASE_URL
  const first = navigator.serviceWorker.controller
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // the first worker of all takes over pages, too, and they lose nothing by it
    if (first?.state === 'redundant') takenOver.value = true
  })
  navigator.serviceWorker
    .register(`${base}sw.js`, { scope: base, updateViaCache: 'none' })
    .then(follow)
    .catch(() => undefined) // without it the app works while there is a network
}

function follow(registration: ServiceWorkerRegistration): void {
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) waiting.value = registration.waiting
  }
  look()
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') registration.update().catch(() => undefined)
  })
}

export function useNewVersion(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.value?.postMessage({ type: 'SKIP_WAITING' })
}

/** For a page too old to open the database: the newest version as soon as it lies ready. */
export function renew(): void {
  watch(waiting, useNewVersion)
  watchForUpdates()
}

export const isAppleBrowser = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
