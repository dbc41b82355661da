/** Codes as typed, as shown, and as a QR picture says them. */

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type DetectorClass = new (options: { formats: string[] }) => Detector

const made = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector

export const canScan = made !== undefined && !!navigator.mediaDevices?.getUserMedia

export const detector = (): Detector => new made!({ formats: ['qr_code'] })

export const plainCode = (text: string): string => text.toUpperCase().replace(/[^0-9A-Z]/g, '')

export function shownCode(text: string): string {
  const plain = plainCode(text)
  return plain.length === 10 ? `${plain.slice(0, 5)}-${plain.slice(5)}` : plain
}

/** The code in `https://server/enrol#XXXXX-XXXXX` or `…/app/#/enrol/XXXXX-XXXXX`; else nothing. */
export function codeIn(scanned: string): string {
  const tail = /#(?:\/enrol\/)?([0-9A-Za-z-]+)$/.exec(scanned.trim())?.[1] ?? scanned.trim()
  return plainCode(tail).length === 10 ? plainCode(tail) : ''
}
