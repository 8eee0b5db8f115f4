// The engine's parts, from hosts and caches that have something else.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compile, deliver, Released } from '../../site/engine/deliver.js'
import { broken, host, other, sha256, silent, whole } from './host.js'

const file = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 13) & 255)
const wrong = (response) => whole(response, { bytes: file.with(1000, 0), from: 0 })
const page = other(200, 'text/html', '<!doctype html>')

/** The weights of a release with one file, at a url. */
const weights = (url) => new Released(() => ({ bytes: file.length, sha256: sha256(file) }), () => url)

test('weights of this release arrive in one request', async (t) => {
  const { url, fresh } = await host(t, file, whole)
  assert.deepEqual(await weights(url).fetch('weights/a.safetensors'), file)
  assert.deepEqual(fresh, [false])
})

test('weights with a wrong bit are fetched once more, past all caches', async (t) => {
  const { url, fresh } = await host(t, file, wrong, whole)
  assert.deepEqual(await weights(url).fetch('weights/a.safetensors'), file)
  assert.deepEqual(fresh, [false, true])
})

test('weights that stay wrong are refused in a sentence, and the next call asks again', async (t) => {
  const { url, asked } = await host(t, file, wrong, wrong, whole)
  const all = weights(url)
  await assert.rejects(all.fetch('weights/a.safetensors'), /: segfault: the file weights\/a\.safetensors is not that of this release; reload the page, or ask whoever runs the site\.$/)
  assert.equal(asked.length, 2)
  assert.deepEqual(await all.fetch('weights/a.safetensors'), file)
})

for (const [name, answer] of Object.entries({
  'a web page': page, 'cut': (response) => whole(response, { bytes: file.subarray(0, 10_000), from: 0 }), 'too long': (response) => whole(response, { bytes: Buffer.concat([file, file]), from: 0 }),
})) {
  test(`weights that are ${name} in a cache are fetched past it`, async (t) => {
    const { url, fresh } = await host(t, file, answer, ...(name === 'cut' ? [other(416, 'text/plain', '')] : []), whole)
    assert.deepEqual(await weights(url).fetch('weights/a.safetensors'), file)
    assert.equal(fresh.at(-1), true)
  })
}

test('weights that broke off go on where they broke, with the next call', async (t) => {
  const { url, asked } = await host(t, file, broken(20_000), broken(0), whole)
  const all = weights(url)
  await assert.rejects(all.fetch('weights/a.safetensors'), /could not be fetched/)
  assert.deepEqual(await all.fetch('weights/a.safetensors'), file)
  assert.deepEqual(asked, [undefined, 'bytes=20000-', 'bytes=20000-'])
})

test('weights are fetched once for all that wait, and go on while one of them does', async (t) => {
  const { url, asked } = await host(t, file, (response, asked) => setTimeout(() => whole(response, asked), 50))
  const all = weights(url)
  const stop = new AbortController()
  const [one, other] = [all.fetch('weights/a.safetensors', null, stop.signal), all.fetch('weights/a.safetensors')]
  stop.abort()
  await assert.rejects(one, { name: 'AbortError' })
  assert.deepEqual(await other, file)
  assert.equal(asked.length, 1)
})

test('weights are no longer fetched when the last that waits has left, and go on behind what came', async (t) => {
  const { url, asked, ended } = await host(t, file, silent(20_000), whole)
  const all = weights(url)
  const stop = new AbortController()
  await assert.rejects(all.fetch('weights/a.safetensors', (count) => count >= 20_000 && stop.abort(), stop.signal), { name: 'AbortError' })
  while (!ended.length) await new Promise(setImmediate)
  assert.deepEqual(await all.fetch('weights/a.safetensors'), file)
  assert.deepEqual(asked, [undefined, 'bytes=20000-'])
})

const parsed = (bytes) => JSON.parse(new TextDecoder().decode(bytes)).models.length

for (const [name, text] of Object.entries({ 'a web page': '<!doctype html>', 'cut': '{"models": [', 'another thing': '[]' })) {
  test(`JSON that is ${name} is fetched once more and refused in a sentence`, async (t) => {
    const { url, fresh } = await host(t, file, other(200, 'application/json', text))
    await assert.rejects(deliver('release.json', parsed, { at: url }), /^Error: segfault: the file release\.json is damaged, or not of this site; reload the page, or ask whoever runs the site\.$/)
    assert.deepEqual(fresh, [false, true])
  })
}

const simd = readFileSync(new URL('../../kernels/simd128.wasm', import.meta.url))

test('WebAssembly is compiled whatever its host calls it', async (t) => {
  const { url } = await host(t, simd, other(200, 'application/octet-stream', simd))
  assert.ok((await compile('engine/a.wasm', { at: url })) instanceof WebAssembly.Module)
})

for (const [name, bad] of Object.entries({ 'cut': simd.subarray(0, 1000), 'a page of another type': '<!doctype html>', 'a web page': null })) {
  test(`WebAssembly that is ${name} is fetched once more, past all caches`, async (t) => {
    const { url, fresh } = await host(t, simd, bad ? other(200, 'application/wasm', bad) : page, whole)
    assert.ok((await compile('engine/a.wasm', { at: url })) instanceof WebAssembly.Module)
    assert.deepEqual(fresh, [false, true])
  })
}

test('WebAssembly that stays damaged is refused in a sentence', async (t) => {
  const { url } = await host(t, simd, other(200, 'application/wasm', 'nothing'))
  await assert.rejects(compile('engine/a.wasm', { at: url }), /^Error: segfault: the file engine\/a\.wasm is damaged, or not of this site; /)
})

test('WebAssembly that does not arrive says so', async (t) => {
  const { url } = await host(t, simd, broken(100), broken(0))
  await assert.rejects(compile('engine/a.wasm', { at: url }), /^Error: segfault: the file engine\/a\.wasm could not be fetched; check the connection/)
})
