// Files that a caller gave, as whatever that was.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkpoint, checkpoints, source, sources } from '../../site/engine/source.js'
import { host, other, sha256, whole } from './host.js'

const bytes = Uint8Array.from([1, 2, 3, 4, 5])

for (const [name, given] of Object.entries({ 'a File': new File([bytes], 'scan'), 'a Blob': new Blob([bytes]), 'an ArrayBuffer': bytes.buffer, 'a part of an array': new Uint8Array([0, ...bytes, 0]).subarray(1, 6) })) {
  test(`${name} is posted as its bytes, as often as is wanted, and digested`, async () => {
    const file = await source(given, 'scan')
    assert.deepEqual(await file.posted(), { name: 'scan', bytes })
    assert.deepEqual(await file.posted(), { name: 'scan', bytes })
    assert.equal(file.sha256, sha256(bytes))
  })
}

test('an address is fetched once', async (t) => {
  const { url, asked } = await host(t, bytes, whole)
  const file = await source(url, 'scan')
  assert.deepEqual(await file.posted(), { name: 'file', bytes })
  assert.deepEqual(await file.posted(), { name: 'file', bytes })
  assert.equal(asked.length, 1)
})

for (const [name, given, says] of [
  ['no address', 'http://[', /^TypeError: segfault: the scan's address cannot be read; expected that of a file/],
  ['nothing that has bytes', 7, /^TypeError: segfault: a scan must be a File, Blob, ArrayBuffer, typed array or URL\.$/],
]) {
  test(`${name} is refused in a sentence`, async () => {
    await assert.rejects(source(given, 'scan'), says)
    await assert.rejects(source(given, 'scan'), { code: 'bug' })
  })
}

test('an array of no files is refused in a sentence, as one with something else in it is', async () => {
  await assert.rejects(sources([], 'truth'), { code: 'bug', message: 'segfault: an array of no files was given as the truth; give one file at least.' })
  await assert.rejects(checkpoints([]), { code: 'bug', message: /^segfault: an array of no files was given as the model/ })
  await assert.rejects(sources([new Blob([bytes]), null], 'scan'), { code: 'bug' })
})

test('an address that has a sign-in page is refused in a sentence', async (t) => {
  const { url } = await host(t, bytes, other(200, 'text/html', '<!doctype html>'))
  await assert.rejects(source(url, 'scan'), /^Error: segfault: in place of the scan its host sent a web page/)
})

test('of a host elsewhere that is not read it is said that it may forbid that', async (t) => {
  globalThis.origin = 'https://notes.example'
  t.after(() => delete globalThis.origin)
  await assert.rejects(source('http://localhost:9/scan.png', 'scan'), /^Error: segfault: the scan could not be fetched; check the connection, and that localhost:9 lets other pages read it \(Access-Control-Allow-Origin\), and try again\.$/)
})

test('a checkpoint is posted as it lies, or as bytes by a page that is one file', async (t) => {
  const blob = new File([bytes], 'net.safetensors')
  assert.equal((await (await checkpoint(blob)).posted()).file, blob)
  globalThis.inlined = {}
  t.after(() => delete globalThis.inlined)
  assert.deepEqual(await (await checkpoint(blob)).posted(), { name: 'net.safetensors', file: bytes })
})
