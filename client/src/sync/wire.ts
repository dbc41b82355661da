/** The public protocol as requests: who I am, what I send, and refusals by their names. */
import { cannotBe } from '../core/clock'
import { Trouble, type TroubleCode } from '../core/types'
import { gzip } from './gzip'

const PROTO = '1'
const COMPRESS_FROM = 1024
const LATER = [408, 423, 425, 429]
const ENROL: Record<string, TroubleCode> = {
  enrol_code_unknown: 'code_unknown',
  enrol_code_expired: 'code_expired',
  enrol_code_used: 'code_used',
  too_many_attempts: 'too_many',
  demo_on_lan: 'demo_on_lan',
}

/** The server refused, and said why (RFC 9457). */
export class Refusal extends Trouble {
  constructor(
    code: TroubleCode,
    detail: string,
    retryAfter: number,
    readonly status: number,
    /** The protocol's own code, such as `cursor_gone`. */
    readonly problem: string,
    readonly fields: Record<string, string>,
  ) {
    super(code, detail, retryAfter)
  }
}

/** When and where this phone is, as far as the wire must know. */
export interface Surroundings {
  /** Where the server is; '' for where this page came from. */
  base: string
  app: string
  built: number
  now: () => number
  /** By its own clock, as last told; null before the first word. */
  serverTime: () => number | null
  fetch: typeof fetch
}

export interface Ask {
  method?: string
  json?: unknown
  /** Milliseconds without an answer after which the road counts as broken. */
  patience?: number
  /** The answer is a file. */
  bytes?: boolean
}

interface Told {
  response: Response
  text: string
  bytes: ArrayBuffer
}

const NO_BYTES = new ArrayBuffer(0)

export class Wire {
  token: string | null = null
  /** When the last answer left the server, by its own clock: all that a bare 204 tells of it. */
  date: string | null = null
  byHand = false

  constructor(readonly around: Surroundings) {}

  /** The JSON of an answer of ours, null for 204. Raises Trouble. */
  async ask(path: string, asked: Ask = {}): Promise<any> {
    const { response, text } = await this.send(path, asked)
    return response.status === 204 ? null : ours(response, text)
  }

  /** The text of an answer whose shape the caller proves. */
  async fetchText(path: string): Promise<string> {
    return (await this.send(path, {})).text
  }

  /** The bytes of a file, to be proven by its hash. */
  async fetchBytes(path: string): Promise<ArrayBuffer> {
    return (await this.send(path, { bytes: true })).bytes
  }

  private async send(path: string, asked: Ask): Promise<Told> {
    const headers: Record<string, string> = { ...this.headers(), Accept: 'application/json' }
    let body: BodyInit | undefined
    if (asked.json !== undefined) {
      headers['Content-Type'] = 'application/json'
      const written = await packed(JSON.stringify(asked.json))
      if (written.zipped) headers['Content-Encoding'] = 'gzip'
      body = written.body
    }
    const method = asked.method ?? (body === undefined ? 'GET' : 'POST')
    const told = await this.over(path, { method, headers, body }, asked)
    this.date = told.response.headers.get('Date')
    if (!told.response.ok) throw refusal(told.response, told.text)
    return told
  }

  headers(): Record<string, string> {
    const who: Record<string, string> = this.token ? { Authorization: `Bearer ${this.token}` } : {}
    const asked: Record<string, string> = this.byHand ? { 'Ruhu-By-Hand': '1' } : {}
    return { 'Ruhu-Proto': PROTO, 'Ruhu-App': this.around.app, ...who, ...asked }
  }

  /**
   * One exchange over the road, to the answer's last byte: one that stops half-way must not hold
   * the round for ever. A redirect is never ours: a login page of the network.
   */
  private async over(path: string, init: RequestInit, asked: Ask): Promise<Told> {
    const giveUp = new AbortController()
    const timer = setTimeout(() => giveUp.abort(), asked.patience ?? 60_000)
    try {
      const response = await this.around.fetch(this.around.base + path, {
        ...init, credentials: 'omit', redirect: 'manual', cache: 'no-store', signal: giveUp.signal,
      })
      const led = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)
      if (led) throw new Trouble('portal', 'led elsewhere')
      if (!asked.bytes || !response.ok) return { response, text: await response.text(), bytes: NO_BYTES }
      return { response, text: '', bytes: await response.arrayBuffer() }
    } catch (fault) {
      throw fault instanceof Trouble ? fault : this.noRoad(fault)
    } finally {
      clearTimeout(timer)
    }
  }

  /** No answer: the network, or a date with which no certificate can be right. */
  noRoad(fault: unknown): Trouble {
    const { now, built, serverTime } = this.around
    const wrong = cannotBe(now(), built, serverTime())
    return new Trouble(wrong ? 'clock' : 'offline', String((fault as Error)?.message ?? fault))
  }
}

async function packed(text: string): Promise<{ body: BodyInit; zipped: boolean }> {
  const bytes = new TextEncoder().encode(text)
  const small = bytes.length < COMPRESS_FROM || typeof CompressionStream === 'undefined'
  return small ? { body: bytes, zipped: false } : { body: await gzip(bytes), zipped: true }
}

/** A JSON object, or it was somebody else who answered. */
function ours(response: Response, text: string): any {
  const type = response.headers.get('content-type') ?? ''
  const told = type.includes('json') ? parsed(text) : null
  if (told === null) throw new Trouble('portal', text.slice(0, 80))
  return told
}

function parsed(text: string): Record<string, any> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}

/** What a refusal means for the person; one that is not of our shape came from the road. */
export function refusal(response: Response, text: string): Trouble {
  const type = response.headers.get('content-type') ?? ''
  const body = type.includes('json') ? parsed(text) : null
  const code = String(body?.code ?? '')
  const detail = String(body?.detail ?? body?.title ?? text.slice(0, 200))
  const wait = Number(response.headers.get('retry-after')) || 0
  const named = meaning(response.status, code, body !== null)
  return new Refusal(named, detail, wait, response.status, code, body?.fields ?? {})
}

function meaning(status: number, code: string, isOurs: boolean): TroubleCode {
  if (ENROL[code]) return ENROL[code]
  if (status >= 500 || LATER.includes(status)) return 'server'
  // 511 and the like aside, a network's login page likes to answer 401 or 403, too.
  if (!isOurs) return 'portal'
  if (status === 401) return 'shut_out'
  return status === 426 ? 'too_old' : 'refused'
}
