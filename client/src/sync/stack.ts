/** How tus speaks over our wire: each chunk proven by a checksum, each answer ours or nobody's. */
import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client'
import { sha256 } from '../core/sha256'
import { Trouble } from '../core/types'
import type { Wire } from './wire'

/** A quarter megabyte over two bars of signal takes its time. */
const PATIENCE = 120_000

export class ProvenStack implements HttpStack {
  constructor(private readonly wire: Wire) {}

  createRequest(method: string, url: string): HttpRequest {
    return new ProvenRequest(this.wire, method, url)
  }

  getName(): string {
    return 'ProvenStack'
  }
}

class ProvenRequest implements HttpRequest {
  private readonly headers: Record<string, string> = {}
  private readonly giveUp = new AbortController()

  constructor(
    private readonly wire: Wire,
    private readonly method: string,
    private readonly url: string,
  ) {}

  getMethod = () => this.method
  getURL = () => this.url
  getHeader = (name: string) => this.headers[name]!
  getUnderlyingObject = () => null
  setProgressHandler(): void {}

  setHeader(name: string, value: string): void {
    this.headers[name] = value
  }

  async abort(): Promise<void> {
    this.giveUp.abort()
  }

  async send(body?: Blob): Promise<HttpResponse> {
    const bytes = body && body.size ? await body.arrayBuffer() : undefined
    if (bytes) this.headers['Upload-Checksum'] = `sha256 ${await checksum(bytes)}`
    const timer = setTimeout(() => this.giveUp.abort(), PATIENCE)
    try {
      const response = await this.wire.around.fetch(this.url, {
        method: this.method, headers: { ...this.headers, ...this.wire.headers() }, body: bytes,
        credentials: 'omit', redirect: 'manual', cache: 'no-store', signal: this.giveUp.signal,
      })
      return answer(response, await response.text())
    } catch (fault) {
      throw fault instanceof Trouble ? fault : this.wire.noRoad(fault)
    } finally {
      clearTimeout(timer)
    }
  }
}

function answer(response: Response, text: string): HttpResponse {
  const isOurs = response.ok && response.headers.has('tus-resumable')
  if (!isOurs && response.status < 400) throw new Trouble('portal', text.slice(0, 80))
  return {
    getStatus: () => response.status,
    getHeader: (name) => response.headers.get(name) ?? undefined,
    getBody: () => text,
    getUnderlyingObject: () => response,
  }
}

async function checksum(bytes: ArrayBuffer): Promise<string> {
  const digest = globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    : sha256(new Uint8Array(bytes))
  return btoa(String.fromCharCode(...digest))
}
