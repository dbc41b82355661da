/** A position as good as the phone can give: watched, averaged, its accuracy shown all the while. */
import type { Point } from '../core/types'

export type Refusal = 'refused' | 'none' | 'slow' | 'no_gps'

const GOOD = 10 // metres
const ENOUGH_SAMPLES = 4
const LONGEST = 60_000
const FIRST = 25_000

interface Sample {
  lat: number
  lon: number
  acc: number
  alt: number | null
}

export interface Watch {
  /** Ends it; what was found stays. */
  stop(): void
}

export interface Told {
  found(point: Point, isGood: boolean): void
  failed(why: Refusal): void
  ended(): void
}

export function watchPosition(told: Told): Watch {
  if (!navigator.geolocation) {
    queueMicrotask(() => told.failed('no_gps'))
    return { stop: () => undefined }
  }
  return new Watching(told)
}

class Watching implements Watch {
  private readonly samples: Sample[] = []
  private readonly id: number
  private readonly longest: ReturnType<typeof setTimeout>
  private ended = false

  constructor(private readonly told: Told) {
    this.longest = setTimeout(() => this.stop(), LONGEST)
    this.id = navigator.geolocation.watchPosition(
      (position) => this.take(position.coords),
      (error) => this.fail(error),
      { enableHighAccuracy: true, maximumAge: 0, timeout: FIRST },
    )
  }

  stop(): void {
    if (this.ended) return
    this.ended = true
    clearTimeout(this.longest)
    navigator.geolocation.clearWatch(this.id)
    this.told.ended()
  }

  private take(coords: GeolocationCoordinates): void {
    const { latitude: lat, longitude: lon, accuracy: acc, altitude: alt } = coords
    this.samples.push({ lat, lon, acc, alt })
    const point = average(this.samples)
    const isGood = (point.acc ?? Infinity) <= GOOD && this.samples.length >= ENOUGH_SAMPLES
    this.told.found(point, isGood)
    if (isGood) this.stop()
  }

  /** After a first fix a silence is no failure: what is there can be used. */
  private fail(error: GeolocationPositionError): void {
    if (!this.samples.length) {
      const why: Record<number, Refusal> = { 1: 'refused', 2: 'none', 3: 'slow' }
      this.told.failed(why[error.code] ?? 'none')
    }
    this.stop()
  }
}

/** Samples near the best one's accuracy, weighed by it; a first fix from a mast counts little. */
export function average(samples: Sample[]): Point {
  const best = Math.min(...samples.map((sample) => sample.acc))
  const kept = samples.filter((sample) => sample.acc <= best * 2)
  let [lat, lon, weight] = [0, 0, 0]
  for (const sample of kept) {
    const w = 1 / Math.max(sample.acc, 1) ** 2
    lat += sample.lat * w
    lon += sample.lon * w
    weight += w
  }
  const alt = kept.find((sample) => sample.acc === best)?.alt
  const point: Point = { lat: round(lat / weight, 7), lon: round(lon / weight, 7), acc: round(best, 1) }
  if (typeof alt === 'number') point.alt = round(alt, 1)
  return point
}

const round = (value: number, digits: number) => Number(value.toFixed(digits))

/** A fix for the end of a visit, if one is to be had at once; never a question to the person. */
export async function quickFix(patience = 5000): Promise<(Point & { at: string }) | null> {
  if (!(await isAllowed())) return null
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) =>
        resolve({
          lat: coords.latitude,
          lon: coords.longitude,
          acc: round(coords.accuracy, 1),
          at: new Date(timestamp).toISOString(),
        }),
      () => resolve(null),
      { enableHighAccuracy: true, maximumAge: 60_000, timeout: patience },
    )
  })
}

async function isAllowed(): Promise<boolean> {
  if (!navigator.geolocation) return false
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state === 'granted'
  } catch {
    return false // an old Safari: it would ask, and the person is about to leave
  }
}
