/** Where the app runs, and what it may do there. */

export interface Environment {
  /** Inside WeChat's own browser: no service worker, no install, storage may vanish. */
  wechat: boolean
  /** HTTPS or this very machine: else no camera, no position, no offline. */
  secure: boolean
  serviceWorker: 'ok' | 'unsupported' | 'untrusted'
  standalone: boolean
  ios: boolean
  android: boolean
  /** Codes can be read by the camera without a library. */
  barcode: boolean
}

/**
 * `failure` is what registering the service worker was refused with. A browser registers none
 * over a certificate that it does not trust, even where the person chose to go on to the page.
 */
export function environment(failure: unknown = null): Environment {
  const agent = navigator.userAgent
  const isTouchMac = /Macintosh/.test(agent) && navigator.maxTouchPoints > 1
  return {
    wechat: /MicroMessenger/i.test(agent),
    secure: globalThis.isSecureContext,
    serviceWorker: worker(failure),
    standalone: isStandalone(),
    ios: /iPhone|iPad|iPod/.test(agent) || isTouchMac,
    android: /Android/.test(agent),
    barcode: 'BarcodeDetector' in globalThis,
  }
}

function worker(failure: unknown): Environment['serviceWorker'] {
  if (!('serviceWorker' in navigator)) return 'unsupported'
  const { name = '', message = '' } = (failure ?? {}) as Partial<Error>
  const isCertificate = name === 'SecurityError' || /SSL|certificate/i.test(message)
  return failure && isCertificate ? 'untrusted' : 'ok'
}

function isStandalone(): boolean {
  const byApple = (navigator as { standalone?: boolean }).standalone === true
  return byApple || globalThis.matchMedia?.('(display-mode: standalone)').matches === true
}
