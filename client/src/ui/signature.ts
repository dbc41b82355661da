/** A signature without the empty paper around it. */
import type { PointGroup } from 'signature_pad'

const MARGIN = 24

export function cropped(canvas: HTMLCanvasElement, strokes: PointGroup[]): HTMLCanvasElement {
  const ratio = canvas.width / canvas.offsetWidth
  const points = strokes.flatMap((stroke) => stroke.points)
  if (!points.length) return canvas
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)]
  const left = Math.max(0, Math.min(...xs) - MARGIN) * ratio
  const top = Math.max(0, Math.min(...ys) - MARGIN) * ratio
  const right = Math.min(canvas.width, (Math.max(...xs) + MARGIN) * ratio)
  const bottom = Math.min(canvas.height, (Math.max(...ys) + MARGIN) * ratio)
  return cut(canvas, left, top, right - left, bottom - top)
}

function cut(from: HTMLCanvasElement, x: number, y: number, width: number, height: number): HTMLCanvasElement {
  const paper = document.createElement('canvas')
  paper.width = Math.max(1, Math.round(width))
  paper.height = Math.max(1, Math.round(height))
  paper.getContext('2d')!.drawImage(from, x, y, width, height, 0, 0, paper.width, paper.height)
  return paper
}
