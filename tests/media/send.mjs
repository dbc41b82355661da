// Sends a file by tus-js-client as a web app would; prints where it came to lie. Aborts once after
// the first chunk and goes on from the address told, as an app does that was closed.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const tus = createRequire(process.cwd() + '/package.json')('tus-js-client')
const [endpoint, token, file] = process.argv.slice(2)
const data = readFileSync(file)
const sha256 = createHash('sha256').update(data).digest('hex')

function send(url, stopAfter) {
  return new Promise((good, bad) => {
    const upload = new tus.Upload(data, {
      endpoint, uploadUrl: url, chunkSize: 4000, retryDelays: [],
      uploadDataDuringCreation: url === null,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { sha256, filename: '房子.jpg' },
      onError: bad,
      onSuccess: () => good(upload.url),
      onChunkComplete: (_size, sent) => {
        if (sent >= stopAfter) upload.abort().then(() => good(upload.url))
      },
    })
    upload.start()
  })
}

const url = await send(null, 4000)
await send(url, Infinity)
const ended = await send(null, 0)
await tus.Upload.terminate(ended, { headers: { Authorization: `Bearer ${token}` } })
console.log(url)
