/** The way to the server, as bad as a test wants it: real answers, lost or cut on their way. */

export class Road {
  broken = false
  portal = false
  /** Answered instead of the server; 0 for its own. */
  status = 0
  /** Part of a path whose requests arrive and whose answers do not. */
  loseAnswers = ''
  /** How many chunks of photos get through. */
  cutAfter = Infinity
  /** `PATCH /path offset` of each request that set out. */
  readonly asked: string[] = []
  /** JSON bodies that were sent. */
  readonly bodies: any[] = []

  fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const path = new URL(String(input)).pathname
    const headers = new Headers(init.headers)
    this.asked.push(`${init.method} ${path} ${headers.get('upload-offset') ?? ''}`.trim())
    await this.keep(init, headers)
    if (this.broken) throw new TypeError('fetch failed')
    if (this.portal) return html('<html>Please log in to Wi-Fi</html>', 200)
    if (this.status) return html('busy', this.status)
    if (this.isChunk(init, headers) && this.cutAfter-- <= 0) throw new TypeError('cut')
    const response = await fetch(input, init)
    const isLost = this.loseAnswers !== '' && path.includes(this.loseAnswers)
    if (!isLost) return response
    await response.arrayBuffer()
    throw new TypeError('the answer was lost')
  }

  private isChunk(init: RequestInit, headers: Headers): boolean {
    return headers.get('content-type') === 'application/offset+octet-stream' && !!init.body
  }

  private async keep(init: RequestInit, headers: Headers): Promise<void> {
    if (headers.get('content-type') !== 'application/json' || !init.body) return
    const bytes = new Blob([init.body as BlobPart])
    const isZipped = headers.get('content-encoding') === 'gzip'
    const stream = isZipped
      ? bytes.stream().pipeThrough(new DecompressionStream('gzip'))
      : bytes.stream()
    this.bodies.push(await new Response(stream).json())
  }
}

function html(text: string, status: number): Response {
  return new Response(text, { status, headers: { 'Content-Type': 'text/html' } })
}
