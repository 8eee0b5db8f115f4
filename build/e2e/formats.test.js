// Every file of the reference data is read in the browser as pydicom and nibabel read it.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { bench, drop, root, settled } from './bench.js'

const folder = join(root, '..', 'shared', 'data', 'formats')
const expected = existsSync(folder) ? JSON.parse(readFileSync(join(folder, 'expected.json'))) : {}

let b
let page
before(async () => {
  b = await bench()
  page = await b.page()
  await page.goto(`${b.origin}/release.json`)
  await page.evaluate(async () => {
    const { open } = await import('/segfault.js')
    globalThis.lab = await open({ backend: 'cpu' })
  })
})
after(() => b?.close())

const content = (name) => readFileSync(join(folder, name)).toString('base64')
const decoders = () => page.requests.filter((url) => url.endsWith('/codecs.wasm')).length

/** Loads a file, all of its volumes, and returns what is comparable. */
function read(name) {
  return page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    const values = []
    let scan
    for (let volume = 0; volume < (scan?.volumes ?? 1); volume++) {
      scan = await lab.load(bytes, { volume })
      for (let k = 0; k < scan.slices; k++) values.push(await lab.slice(scan, k))
      await lab.release(scan)
    }
    let [n, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity]
    for (const slice of values) for (const v of slice) {
      n++
      sum += v
      squares += v * v
      if (v < min) min = v
      if (v > max) max = v
    }
    return { scan, first: Array.from(values[0].slice(0, 4)), min, max, mean: sum / n, std: Math.sqrt(squares / n - (sum / n) ** 2) }
  }, content(name))
}

test('the reference data are there', (t) => {
  if (existsSync(folder)) return
  assert.equal(process.env.CI, undefined, 'CI must have ../shared/data/formats')
  t.skip('../shared/data/formats is missing')
})

// Uncompressed files come first, so that the decoders are seen to be fetched only for the others.
const coded = (name) => /^1\.2\.840\.10008\.1\.2\.4\./.test(expected[name].transfer_syntax ?? '')
const names = Object.keys(expected).sort((one, other) => coded(one) - coded(other))

for (const name of names) {
  test(`${name} holds what it should`, async () => {
    const want = expected[name]
    const before = decoders()
    const got = await read(name)
    assert.equal(decoders(), coded(name) ? 1 : before, 'the decoders are fetched once, for the first file that needs them')
    const slope = want.slope ?? 1
    const intercept = want.intercept ?? 0
    const tolerance = 1e-6 * Math.max(Math.abs(want.min), Math.abs(want.max)) * Math.abs(slope)
    if (want.photometric === 'RGB') { // a scan holds the luma of the colours, of which only the first pixel is told
      const [r, g, blue] = want.first_row_first_4
      assert.ok(Math.abs(got.first[0] - (0.299 * r + 0.587 * g + 0.114 * blue)) < 1e-3)
      return
    }
    for (const key of ['min', 'max', 'mean']) {
      const own = want[key] * slope + intercept
      assert.ok(Math.abs(got[key] - own) <= tolerance, `${key} ${got[key]}, expected ${own}`)
    }
    assert.ok(Math.abs(got.std - want.std * slope) <= 10 * tolerance, `std ${got.std}, expected ${want.std * slope}`) // a difference of squares
    for (const [i, v] of (want.first_row_first_4 ?? []).entries()) assert.equal(got.first[i], v * slope + intercept)
  })
}

// Those that decoders from elsewhere read; of the others the native tests know.
for (const name of names.filter(coded)) {
  test(`${name}, cut at every kilobyte or with flipped bits, is read or refused in one sentence`, async () => {
    const seen = await page.evaluate(async (text) => {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
      let state = 1
      const random = (n) => (state = (state * 48271) % 2147483647) % n
      const hostile = []
      for (let cut = 1024; cut < bytes.length; cut += 1024) hostile.push(bytes.slice(0, cut))
      for (let k = 0; k < 10; k++) {
        const flipped = bytes.slice()
        for (let i = 0; i < 3; i++) flipped[random(1 + random(bytes.length))] ^= 1 << random(8)
        hostile.push(flipped)
      }
      const messages = []
      for (const file of hostile) {
        await lab.load(file).then((scan) => lab.release(scan), (error) => messages.push(`${error.code} ${error.message}`))
      }
      const whole = await lab.load(bytes) // and the engine goes on
      await lab.release(whole)
      return messages
    }, content(name))
    for (const message of seen) assert.match(message, /^file scan: [^\n]+$/)
  })
}

test('a compressed DICOM with a flipped bit in its header is refused in one sentence, and the next one is read', async (t) => {
  if (!names.length) return t.skip('../shared/data/formats is missing')
  const says = await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    const start = bytes.findIndex((v, i) => v === 0xff && bytes[i + 1] === 0x4f && bytes[i + 2] === 0xff)
    const damaged = bytes.slice()
    damaged[start + 60] ^= 0xff
    const message = await lab.load(damaged).then(() => 'it was read', (error) => error.message)
    await lab.load(bytes)
    return message
  }, content('dicom/MR_small_jp2klossless.dcm'))
  assert.match(says, /^scan: the DICOM's JPEG 2000 Lossless data cannot be decoded \([^\n]+\); copy it again/)
})

// Labels on MR_small.dcm, 200 pixels each of classes 1 and 2, which pydicom wrote and dcmtk compressed as JPEG-LS.
const labels = 'AgAAAFVMBADUAAAAAgABAE9CAAACAAAAAAECAAIAVUkcADEuMi44NDAuMTAwMDguNS4xLjQuMS4xLjY2LjcCAAMAVUlAADEuMi44MjYuMC4xLjM2ODAwNDMuOC40OTguMTA2NjMwOTQ5MzAwNTA3ND' +
  'cxODQxNDM1Mzc0NTE1MDc3OTY3NDECABAAVUkWADEuMi44NDAuMTAwMDguMS4yLjQuODACABIAVUkcADEuMi4yNzYuMC43MjMwMDEwLjMuMC4zLjYuNwACABMAU0gQAE9GRklTX0RDTVRLXzM2NyAI' +
  'ABYAVUkcADEuMi44NDAuMTAwMDguNS4xLjQuMS4xLjY2LjcIABgAVUlAADEuMi44MjYuMC4xLjM2ODAwNDMuOC40OTguMTA2NjMwOTQ5MzAwNTA3NDcxODQxNDM1Mzc0NTE1MDc3OTY3NDEIAGAAQ1' +
  'MEAFNFRyAgAA4AVUkGADEuMi4zACgAAgBVUwIAAQAoAAQAQ1MMAE1PTk9DSFJPTUUyICgACABJUwIAMSAoABAAVVMCAEAAKAARAFVTAgBAACgAAAFVUwIACAAoAAEBVVMCAAgAKAACAVVTAgAHACgA' +
  'AwFVUwIAAABiAAEAQ1MIAExBQkVMTUFQAFIpklNRAACsAAAA/v8A4KQAAAAgABORU1EAACgAAAD+/wDgIAAAACAAMgBEUxgALTgzLjkwNjNcLTkxLjIwMDBcNi42NDA2IAAWkVNRAAA6AAAA/v8A4D' +
  'IAAAAgADcARFMqADEuMDAwMFwwLjAwMDBcMC4wMDAwXDAuMDAwMFwxLjAwMDBcMC4wMDAwICgAEJFTUQAAHgAAAP7/AOAWAAAAKAAwAERTDgAwLjMxMjVcMC4zMTI1IOB/EABPQgAA//////7/AOAE' +
  'AAAAAAAAAP7/AOBUAAAA/9j/9wALCABAAEABAREA/9oACAEBAAAAAP9//34LZX//TCwnYWT4tPi4fFw+Lh8XD4uHxcP/fj3/f/xnpPep87D52HzsPnYfOw+dh87D/3//fv/Z/v/d4AAAAAA='

test('a compressed DICOM segmentation fetches the decoders and is laid on its scan', async (t) => {
  if (!names.length) return t.skip('../shared/data/formats is missing')
  const visit = await b.page()
  await visit.goto(`${b.origin}/release.json`)
  const mask = await visit.evaluate(async ([text, labels]) => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend: 'cpu' })
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    return lab.loadTruth(await lab.load(bytes(text)), bytes(labels))
  }, [content('dicom/MR_small.dcm'), labels])
  assert.deepEqual(mask.labels, [1, 2])
  assert.equal(mask.pixels, 400)
  assert.equal(visit.requests.filter((url) => url.endsWith('/codecs.wasm')).length, 1)
})

test('a cancel ends the fetch of the decoders, and the engine goes on at once', async (t) => {
  if (!names.length) return t.skip('../shared/data/formats is missing')
  const visit = await b.page()
  let held = true
  await visit.route('**/codecs.wasm', (route) => (held ? null : route.continue()))
  await visit.goto(`${b.origin}/release.json`)
  const asked = visit.waitForRequest('**/codecs.wasm')
  await visit.evaluate(async (text) => {
    const { open } = await import('/segfault.js')
    globalThis.lab = await open({ backend: 'cpu' })
    globalThis.file = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    globalThis.stop = new AbortController()
    globalThis.loading = lab.load(file, { signal: stop.signal }).then(() => 'it was read', (error) => error.name)
  }, content('dicom/MR_small_jp2klossless.dcm'))
  await asked
  const ended = visit.waitForEvent('requestfailed', (request) => request.url().endsWith('/codecs.wasm'))
  const format = await visit.evaluate(async (text) => {
    stop.abort()
    const scan = await lab.load(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))
    return [await loading, scan.format]
  }, content('dicom/MR_small.dcm'))
  assert.deepEqual(format, ['AbortError', 'dicom'])
  await ended
  held = false
  assert.equal(await visit.evaluate(async () => (await lab.load(file)).width), 64, 'the next one fetches them anew')
})

test('a compressed DICOM can be dropped on the page', { timeout: 300_000 }, async (t) => {
  if (!names.length) return t.skip('../shared/data/formats is missing')
  const visit = await b.page()
  await visit.goto(b.paper)
  await settled(visit)
  await drop(visit, [{ name: 'slice.dcm', path: join(folder, 'dicom', 'MR_small_jpeg_ls_lossless.dcm') }])
  await visit.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('DICOM, 64 × 64'))
  await settled(visit)
  assert.equal(await visit.locator('#alert').isVisible(), false)
  assert.deepEqual(visit.requests.filter((url) => !url.startsWith(`${b.origin}/`)), [])
})
