// A file on its way from hosts that go silent, break off, lie or change.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Damaged, Download } from '../../site/engine/download.js'
import { all, broken, brokenAfter, host, other, silent, silentAfter, whole } from './host.js'

const file = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7 + (i >> 8)) & 255)

const download = (url, size = file.length) => new Download(url, 'a file', { size })

/** One whose patience is over soon. */
const hasty = (url) => new Download(url, 'a file', { size: file.length, wait: 1000 })

test('a file comes as it is, and is counted', async (t) => {
  const { url } = await host(t, file, whole)
  const counts = []
  assert.deepEqual(await download(url).run({ onBytes: (count) => counts.push(count) }), file)
  assert.equal(counts.at(-1), file.length)
})

test('a host that never answers is given up in a sentence', async (t) => {
  const { url, asked } = await host(t, file, () => {})
  await assert.rejects(hasty(url).run(), /^Error: segfault: a file has not come on for 1 s; check the connection and try again\.$/)
  await assert.rejects(hasty(url).run(), { code: 'network' })
  assert.equal(asked.length, 2)
})

test('what a silent host still owes is asked for anew, from where it stopped', async (t) => {
  const { url, asked } = await host(t, file, silent(40_000), whole)
  assert.deepEqual(await hasty(url).run(), file)
  assert.deepEqual(asked, [undefined, 'bytes=40000-'])
})

test('a host that stays silent is given up, and the next try goes on behind what came', async (t) => {
  const { url, asked } = await host(t, file, silent(40_000), () => {}, whole)
  const one = hasty(url)
  await assert.rejects(one.run(), /has not come on for/)
  assert.deepEqual(await one.run(), file)
  assert.deepEqual(asked, [undefined, 'bytes=40000-', 'bytes=40000-'])
})

test('a silent host that sends only whole files is given up without another request', async (t) => {
  const { url, asked } = await host(t, file, silentAfter(40_000))
  await assert.rejects(hasty(url).run(), /has not come on for/)
  assert.equal(asked.length, 1)
})

test('a broken connection is taken up where it broke, as long as bytes come', async (t) => {
  const { url, asked } = await host(t, file, broken(30_000), broken(30_000), broken(30_000), whole)
  assert.deepEqual(await download(url).run(), file)
  assert.deepEqual(asked, [undefined, 'bytes=30000-', 'bytes=60000-', 'bytes=90000-'])
})

test('a broken connection to a host that sends only whole files is taken up by another', async (t) => {
  const { url, asked } = await host(t, file, brokenAfter(30_000), all)
  assert.deepEqual(await download(url).run(), file)
  assert.equal(asked.length, 2)
})

test('a connection that breaks without a byte ends the download in a sentence', async (t) => {
  const { url, asked } = await host(t, file, broken(30_000), broken(0))
  await assert.rejects(download(url).run(), /^Error: segfault: a file could not be fetched; check the connection and try again\.$/)
  assert.equal(asked.length, 2)
})

test('a file that another version takes the place of on the way is damaged', async (t) => {
  const changed = (response, { bytes, from }) => {
    response.writeHead(206, { ETag: '"two"', 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` })
    response.end(bytes.subarray(from))
  }
  const { url } = await host(t, file, broken(30_000), changed)
  await assert.rejects(download(url).run(), (error) => error instanceof Damaged && /has changed on its host/.test(error.message))
})

test('a shorter file is damaged', async (t) => {
  const { url } = await host(t, file.subarray(0, 60_000), whole, other(416, 'text/plain', ''))
  await assert.rejects(download(url).run(), (error) => error instanceof Damaged && /ended after 60000 of 100000 bytes/.test(error.message))
})

test('a longer file is damaged before it is there as a whole', async (t) => {
  const { url, ended } = await host(t, file, (response, { bytes }) => {
    response.writeHead(200)
    response.write(bytes) // and there is more to come
  })
  await assert.rejects(download(url, 60_000).run(), (error) => error instanceof Damaged && /is longer than its 60000 bytes/.test(error.message))
  while (!ended.length) await new Promise(setImmediate)
})

test('a web page in its place is damaged', async (t) => {
  const { url } = await host(t, file, other(200, 'text/html; charset=utf-8', '<!doctype html><title>Welcome to our Wi-Fi</title>'))
  await assert.rejects(download(url).run(), (error) => error instanceof Damaged && /its host sent a web page, as networks do that want a sign-in/.test(error.message))
})

test('a status is told', async (t) => {
  const { url } = await host(t, file, other(503, 'text/plain', ''))
  await assert.rejects(download(url).run(), /the server answered 503\.$/)
})

test('a cancelled download rejects with its reason, and its host hears of it', async (t) => {
  const { url, ended } = await host(t, file, silent(40_000))
  const stop = new AbortController()
  const reason = new DOMException('Cancelled.', 'AbortError')
  const one = new Download(url, 'a file', { size: file.length })
  await assert.rejects(one.run({ signal: stop.signal, onBytes: (count) => count >= 40_000 && stop.abort(reason) }), (error) => error === reason)
  while (!ended.length) await new Promise(setImmediate)
})

test('chunks are handed on as they come', async (t) => {
  const { url } = await host(t, file, broken(30_000), whole)
  const chunks = []
  await download(url).run({ onChunk: (chunk) => chunks.push(chunk) })
  assert.deepEqual(new Uint8Array(Buffer.concat(chunks)), file)
})
