/** The service worker, its next version, and the way onto the home screen. */
import { ref, shallowRef } from 'vue'

/** A newer version lies ready; it takes over only when a person says so. */
export const waiting = shallowRef<ServiceWorker | null>(null)
export const installable = shallowRef<{ prompt(): Promise<unknown> } | null>(null)
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

export const isAppleBrowser = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
