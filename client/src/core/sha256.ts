/** SHA-256 without waiting: row ids are made where nothing may be awaited, and on any page. */

const K = constants()

function constants(): Uint32Array {
  const made = new Uint32Array(64)
  for (let n = 2, i = 0; i < 64; n++) {
    if (prime(n)) made[i++] = fraction(Math.cbrt(n))
  }
  return made
}

function prime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) >>> 0
}

const turned = (x: number, by: number) => (x >>> by) | (x << (32 - by))

export function sha256(data: Uint8Array): Uint8Array {
  const state = new Uint32Array(
    [2, 3, 5, 7, 11, 13, 17, 19].map((n) => fraction(Math.sqrt(n))),
  )
  const view = new DataView(padded(data).buffer)
  for (let at = 0; at < view.byteLength; at += 64) block(state, view, at)
  const out = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => out.setUint32(i * 4, word))
  return new Uint8Array(out.buffer)
}

function padded(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64)
  whole.set(data)
  whole[data.length] = 0x80
  const bits = new DataView(whole.buffer)
  bits.setUint32(whole.length - 8, Math.floor(data.length / 2 ** 29))
  bits.setUint32(whole.length - 4, (data.length << 3) >>> 0)
  return whole
}

function block(state: Uint32Array, view: DataView, at: number): void {
  const w = schedule(view, at)
  let [a, b, c, d, e, f, g, h] = state as unknown as number[] as [
    number, number, number, number, number, number, number, number,
  ]
  for (let i = 0; i < 64; i++) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i]! + word) | 0))
}

function schedule(view: DataView, at: number): Uint32Array {
  const w = new Uint32Array(64)
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4)
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!
    const y = w[i - 2]!
    const s0 = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)
    const s1 = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10)
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
  }
  return w
}
