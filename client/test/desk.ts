/** An office that answers as the protocol says, one answer at a time, as a test scripts it. */

export type Answer = { status?: number; json?: unknown; text?: string; headers?: Record<string, string> }
type Rule = (body: any, path: string) => Answer | null

export const EPOCH = 'epoch-1'
const around = { epoch: EPOCH, server_time: '2026-11-24T04:00:00.000Z', proto: 1 }

export const FORM = {
  form_id: 'household_visit', version: '2026.1', title: {}, languages: [], unit_path: 'household',
  questions: [
    { path: 'household', type: 'hidden' },
    { path: 'name', type: 'text', dataset: 'household', save_to: 'head_name' },
    { path: 'wage', type: 'decimal', dataset: 'household', save_to: 'wage' },
    { path: 'water', type: 'text', dataset: 'household', save_to: 'water_source' },
    { path: 'people/person', type: 'hidden', repeat: 'people' },
    { path: 'people/name', type: 'text', repeat: 'people', dataset: 'member', save_to: 'full_name' },
    { path: 'photo', type: 'image' },
  ],
  sections: [{ path: 'people', label: {}, repeat: true }],
  entities: [{ dataset: 'member', container: 'people' }, { dataset: 'household', container: '' }],
  choices: {},
}

export const record = (id: string, type: string, doc: object, more: object = {}) => ({
  id, type, unit: 'hh', area: 'a', v: 1, seq: 1, deleted: false, doc, ...more,
})

export const REGISTER = [
  record('f', 'form', {
    form: 'household_visit', version: '2026.1', sha256: '', definition_url: '/api/v1/forms/f.json',
    xform_url: 'https://elsewhere.example/api/v1/forms/f.xml', subject: 'household', visit: true,
  }, { unit: 'common' }),
  record('o', 'office', { sync_hours: ['12:30', '18:30'], tz: 'Asia/Shanghai' }, { unit: 'common' }),
  record('hh', 'household', { set: { head_name: '陈福', wage: 36000, hh_code: 'DP-017' }, rows: {} }),
  record('m2', 'member', { set: { full_name: '王秀' }, rows: {} }),
  record('m1', 'member', { set: { full_name: '陈福' }, rows: {} }),
]

export class Desk {
  /** Path (a part of it) → what it answers; the first that answers counts. */
  readonly rules: [string, Rule][] = []
  readonly heard: { path: string; body: any; headers: Headers }[] = []
  user = { id: 'u1', name: '王秀', lang: 'zh' }
  device = 'dev'
  pages: object[][] = [REGISTER]

  on(path: string, rule: Rule): this {
    this.rules.unshift([path, rule])
    return this
  }

  fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const path = new URL(String(input), 'http://desk').pathname
    const headers = new Headers(init.headers)
    const body = await read(init.body, headers)
    this.heard.push({ path, body, headers })
    for (const [part, rule] of this.rules) {
      const answer = path.includes(part) ? rule(body, path) : null
      if (answer) return response(answer)
    }
    return response(this.usual(path, body))
  }

  private usual(path: string, body: any): Answer {
    if (path.endsWith('/enrol')) {
      return { status: 201, json: { device: this.device, token: `t-${this.user.id}`, user: this.user, ...around } }
    }
    if (path.endsWith('.json')) return { json: FORM }
    if (path.endsWith('.xml')) return { text: '<h:html xmlns="http://www.w3.org/2002/xforms"/>' }
    if (path.endsWith('/pull')) return this.page()
    if (path.endsWith('/work')) return { json: { villages: [], drafts: [], figures: {} } }
    if (path.endsWith('/have')) return { json: { have: body.hashes, missing: [] } }
    if (path.endsWith('/device/state')) return { json: { ...around, position: 9, backed_up_through: 0 } }
    if (path.endsWith('/reconcile')) return { json: mend() }
    return { json: receipts(body) }
  }

  private page(): Answer {
    const records = this.pages.shift()
    if (!records) return { status: 204 }
    const more = this.pages.length > 0
    return { json: { ...around, cursor: `c${this.pages.length}`, more, total: null, drop: [], records } }
  }
}

/** What a reconcile finds: nothing, but for what a test names. */
export function mend(found: object = {}) {
  return { ...around, behind: [], differ: [], drop: [], forget: [], more: false, records: [], ...found }
}

export function receipts(body: any, result: object = { result: 'applied', v: 1 }) {
  const results = body.ops.map((op: any) => ({ op: op.op, ...result }))
  return { ...around, position: 9, backed_up_through: 0, results }
}

export function problem(status: number, code: string, fields: object = {}): Answer {
  return { status, json: { status, code, detail: code, fields }, headers: { 'Content-Type': 'application/problem+json' } }
}

function response({ status = 200, json, text, headers = {} }: Answer): Response {
  const type = json ? 'application/json' : 'text/html'
  const body = status === 204 ? null : json ? JSON.stringify(json) : (text ?? '')
  return new Response(body, { status, headers: { 'Content-Type': type, ...headers } })
}

async function read(body: BodyInit | null | undefined, headers: Headers): Promise<any> {
  if (!body) return null
  const stream = new Blob([body as BlobPart]).stream()
  const isZipped = headers.get('content-encoding') === 'gzip'
  const plain = isZipped ? stream.pipeThrough(new DecompressionStream('gzip')) : stream
  return new Response(plain).json()
}
