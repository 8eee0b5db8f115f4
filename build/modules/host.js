// A host that fails in the ways that hosts do.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/**
 * Serves a file of these bytes. Each request is answered by the next of answers, the last of which then answers all that follow; an answer is
 * called with the response, and where the file is to begin.
 */
export async function host(t, bytes, ...answers) {
  const asked = [] // the Range of each request
  const fresh = [] // whether it was to come past all caches
  const ended = [] // requests that the other side has left
  const server = createServer((request, response) => {
    const { range } = request.headers
    const from = Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0)
    response.on('close', () => response.writableFinished || ended.push(asked.length))
    fresh.push(request.headers['cache-control'] === 'no-cache')
    answers[Math.min(asked.push(range) - 1, answers.length - 1)](response, { bytes, from })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: new URL(`http://127.0.0.1:${server.address().port}/file`), asked, fresh, ended }
}

/** The head of an answer with the file's bytes from one on, by a host that can send a part. */
function part(response, { bytes, from, headers = {} }) {
  const about = { 'Accept-Ranges': 'bytes', ETag: '"one"', 'Content-Length': bytes.length - from, ...headers }
  if (from) response.writeHead(206, { ...about, 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` })
  else response.writeHead(200, about)
}

/** All of it. */
export const whole = (response, asked) => {
  part(response, asked)
  response.end(asked.bytes.subarray(asked.from))
}

/** Some bytes, and then nothing, from a host that can send a part. */
export const silent = (count) => (response, asked) => {
  part(response, asked)
  response.write(asked.bytes.subarray(asked.from, asked.from + count))
}

/** Some bytes, after which the connection breaks. */
export const broken = (count) => (response, asked) => {
  part(response, asked)
  response.write(asked.bytes.subarray(asked.from, asked.from + count), () => response.destroy())
}

/** The same two from a host that sends only whole files, and all of it by one. */
export const plain = (then) => (response, { bytes }) => {
  response.writeHead(200, { 'Content-Length': bytes.length })
  then(response, bytes)
}
export const silentAfter = (count) => plain((response, bytes) => response.write(bytes.subarray(0, count)))
export const brokenAfter = (count) => plain((response, bytes) => response.write(bytes.subarray(0, count), () => response.destroy()))
export const all = plain((response, bytes) => response.end(bytes))

/** Another answer altogether. */
export const other = (status, type, text) => (response) => {
  response.writeHead(status, { 'Content-Type': type })
  response.end(text)
}
