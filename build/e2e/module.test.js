// segfault.js as other pages use it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, disguised } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** Runs a function in a page that has nothing but an opened laboratory, globalThis.lab. */
async function withLab(work, argument, options) {
  const page = await labPage(options)
  return page.evaluate(work, argument)
}

async function labPage({ backend = 'cpu', prepare } = {}) {
  const page = await b.page()
  await prepare?.(page)
  await page.goto(`${b.origin}/release.json`)
  await page.evaluate(async (backend) => {
    const { open } = await import('/segfault.js')
    globalThis.lab = await open({ backend })
  }, backend)
  return page
}

test('an attack has what the design promises', async () => {
  const seen = await withLab(async () => {
    const scan = await lab.sample('meningioma')
    const clean = await lab.predict(scan)
    const fault = await lab.attack(scan, { epsilon: 0.01 })
    const kind = (value) => value.constructor.name
    return {
      info: lab.info,
      scan,
      kinds: [clean.logits, clean.mask, fault.image, fault.adversarial, fault.gradient, fault.before.logits, fault.after.mask].map(kind),
      lengths: [clean.logits.length, fault.image.length],
      sizes: [fault.width, fault.height, fault.classes.length],
      same: clean.logits.every((v, i) => Math.abs(v - fault.before.logits[i]) < 1e-3),
      largest: fault.adversarial.reduce((most, v, i) => Math.max(most, Math.abs(v - fault.image[i])), 0),
      metrics: fault.metrics,
      milliseconds: fault.milliseconds,
    }
  })
  assert.deepEqual(seen.kinds, ['Float32Array', 'Uint8Array', 'Float32Array', 'Float32Array', 'Float32Array', 'Float32Array', 'Uint8Array'])
  const [width, height, classes] = seen.sizes
  assert.equal(seen.lengths[0], classes * width * height)
  assert.ok(seen.same)
  assert.ok(seen.largest <= 0.01 + 1e-6)
  assert.equal(seen.info.backend, 'cpu')
  assert.match(seen.info.adapter, /SIMD128/)
  assert.deepEqual([seen.scan.format, seen.scan.width, seen.scan.slices], ['phantom', 224, 1])
  assert.ok(Math.abs(seen.metrics.linf - seen.largest) < 1e-6)
  assert.deepEqual(Object.keys(seen.milliseconds).sort(), ['plan', 'read', 'run', 'total'])
})

test('a cancelled attack rejects with the reason, and the next one works', async () => {
  const seen = await withLab(async () => {
    const scan = await lab.sample('glioma')
    const controller = new AbortController()
    const first = lab.attack(scan, { signal: controller.signal, onProgress: ({ stage, done }) => stage === 'gradient' && done > 0 && controller.abort() })
    const reason = await first.then(() => 'it went on', ({ name, code }) => [name, code])
    const fault = await lab.attack(scan)
    return { reason, pixels: fault.image.length }
  })
  assert.deepEqual(seen.reason, ['AbortError', 'cancelled'])
  assert.ok(seen.pixels > 0)
})

let refusing // the page of the tests below
for (const [name, options, says] of [
  ['a slice that is not there', { slice: 3 }, /slice 3 .* has 1/],
  ['an unknown loss', { loss: 'hinge' }, /hinge/],
  ['an ε that is no number', { epsilon: 'much' }, /epsilon should be a number/],
  ['an ε below zero', { epsilon: -0.1 }, /epsilon .* out of range/],
  ['an unknown model', { model: 'resnet' }, /no model "resnet"/],
  ['a truth of another size', { truth: [1, 0, 1] }, /truth has 3 labels/],
]) {
  test(`${name} is one rejected promise`, async () => {
    refusing ??= await labPage()
    const [message, code] = await refusing.evaluate(async (options) => {
      const scan = await lab.sample('glioma')
      return lab.attack(scan, options).then(() => ['it went through'], ({ message, code }) => [message, code])
    }, options)
    assert.match(message, says)
    assert.equal(code, 'bug')
    assert.equal(message.includes('\n'), false)
  })
}

test('a painted truth is attacked, and undone it is gone', async () => {
  const seen = await withLab(async () => {
    const made = await lab.sample('glioma')
    const { width, height } = made
    const values = await lab.slice(made)
    const header = new TextEncoder().encode(`{'descr': '<f4', 'fortran_order': False, 'shape': (${height}, ${width}), }`.padEnd(117) + '\n')
    const file = new Blob([Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0, header.length, 0), header, values])
    const scan = await lab.load(file)
    const { size } = lab.info.models[0]
    const one = await lab.paint(scan, { label: 1, points: [[size / 2, size / 2]], radius: size / 16 })
    const two = await lab.paint(scan, { label: 2, points: [[10, 10], [30, 10]], radius: 2 })
    const fault = await lab.attack(scan, { label: 'truth', loss: 'bce' })
    const erased = await lab.paint(scan, { label: 0, points: [[size / 2, size / 2]], radius: size / 4 })
    const message = await lab.paint(scan, { label: 9, points: [[1, 1]], radius: 1 }).catch((error) => error.message)
    const back = [await lab.unpaint(scan), await lab.unpaint(scan), await lab.unpaint(scan), await lab.unpaint(scan)]
    return { one, two, reference: fault.metrics.pixels.reference, radius: size / 16, erased, message, back }
  })
  assert.deepEqual(seen.one.labels, [1])
  assert.deepEqual(seen.two.labels, [1, 2])
  assert.ok(Math.abs(seen.reference - (Math.PI * seen.radius ** 2 + 4 * 20 + Math.PI * 4)) < 60, `${seen.reference} pixels on the model's grid`)
  assert.deepEqual(seen.erased.labels, [2])
  assert.match(seen.message, /label 9 cannot be painted/)
  assert.deepEqual(seen.back, [seen.two, seen.one, null, null])
})

test('an attack on a region of interest changes nothing outside, on either ground', async () => {
  const seen = await withLab(async () => {
    const { width, height } = await lab.sample('glioma')
    const labels = Uint8Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 7 : 0))
    const npy = (descr, values) => {
      const header = new TextEncoder().encode(`{'descr': '${descr}', 'fortran_order': False, 'shape': (${height}, ${width}), }`.padEnd(117) + '\n')
      return new Blob([Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0, header.length, 0), header, values])
    }
    const scan = await lab.load(npy('<f4', await lab.slice(await lab.sample('glioma'))))
    const region = await lab.loadRegion(scan, npy('|u1', labels))
    const outside = (values, before, across) => values.filter((v, i) => v !== before[i] && i % across >= across / 2 + 1).length
    const own = await lab.attack(scan)
    const input = await lab.attack(scan, { on: 'input', scheme: 'blend' })
    const free = await lab.attack(scan, { where: 'everywhere' })
    const values = await lab.slice(scan)
    const kept = await lab.save(own, { what: 'region', format: 'png' })
    const message = await lab.attack(await lab.sample('glioma'), { where: 'region' }).catch((error) => error.message)
    return {
      region, where: [own, input, free].map(({ attack }) => attack.where), message, kept: kept.name,
      moved: own.scan.values.filter((v, i) => v !== values[i]).length,
      outside: [outside(own.scan.values, values, width), outside(input.adversarial, input.image, input.width), outside(free.scan.values, values, width)],
    }
  })
  assert.deepEqual(seen.region.labels, [7])
  assert.deepEqual(seen.where, ['region', 'region', 'everywhere'])
  assert.ok(seen.moved > 1000)
  assert.deepEqual(seen.outside.slice(0, 2), [0, 0])
  assert.ok(seen.outside[2] > 1000)
  assert.match(seen.message, /no region of interest to attack in/)
  assert.equal(seen.kept, 'mask.png')
})

test('several files of which one is a mask are refused with what to do, and a mask of few slices fits its scan', async () => {
  const seen = await withLab(async () => {
    const npy = (descr, slices, side, values) => {
      const header = new TextEncoder().encode(`{'descr': '${descr}', 'fortran_order': False, 'shape': (${slices}, ${side}, ${side}), }`.padEnd(117) + '\n')
      return new Blob([Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0, header.length, 0), header, values])
    }
    const side = 32
    const scan = npy('|u1', 3, side, Uint8Array.from({ length: 3 * side * side }, (_, i) => i % 251))
    const mask = npy('|u1', 3, side, Uint8Array.from({ length: 3 * side * side }, (_, i) => Number(i < 100)))
    const message = (error) => error.message
    const both = await lab.load([scan, mask]).catch(message)
    const loaded = await lab.load(scan)
    await lab.predict(loaded)
    return { both, many: await lab.loadTruth(loaded, [scan, mask]).catch(message), truth: await lab.loadTruth(loaded, mask), region: await lab.loadRegion(loaded, mask) }
  })
  assert.match(seen.both, /none of the 2 files is DICOM.*choose the scan alone, and then by itself what is its mask/)
  assert.match(seen.many, /a mask is one file, or a header with the file of its voxels, and 2 others were given; load the scan's files first, then its mask alone/)
  assert.equal(seen.truth.pixels, 100)
  assert.equal(seen.region.pixels, 100)
})

test('a released scan is refused, and a closed laboratory too', async () => {
  const seen = await withLab(async () => {
    const scan = await lab.sample('glioma')
    await lab.release(scan)
    const message = (error) => error.message
    const released = await lab.predict(scan).catch(message)
    lab.close()
    return [released, await lab.sample('glioma').catch(message)]
  })
  assert.match(seen[0], /load it again/)
  assert.match(seen[1], /closed/)
})

/** Changes what the worker sees of WebGPU, by script added to it. */
function hooked(script) {
  return (page) => page.route('**/engine/worker.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `${await response.text()}\n${script}` })
  })
}

/** Lets the page destroy the GPU device: a message on the channel "lose" does it. */
const loseable = `
  const request = GPUAdapter.prototype.requestDevice
  GPUAdapter.prototype.requestDevice = async function (...options) {
    const device = await request.apply(this, options)
    new BroadcastChannel('lose').onmessage = () => device.destroy()
    return device
  }`

test('a lost device is one sentence, and the next call works, with the shaders that were found and kept', { timeout: 900_000 }, async () => {
  const seen = await withLab(async () => {
    const scan = await lab.sample('glioma')
    const first = await lab.predict(scan)
    new BroadcastChannel('lose').postMessage('now')
    await new Promise((resolve) => setTimeout(resolve, 500))
    const message = await lab.predict(scan).then(() => 'nothing was noticed', (error) => error.message)
    const again = await lab.predict(scan)
    const same = first.logits.every((v, i) => v === again.logits[i])
    const kept = await new Promise((resolve) => {
      const asked = indexedDB.open('segfault')
      asked.onsuccess = () => {
        const database = asked.result
        if (!database.objectStoreNames.contains('races')) return resolve([])
        const all = database.transaction('races').objectStore('races').getAll()
        all.onsuccess = () => resolve(all.result)
      }
    })
    return { message, same, kept, version: lab.info.version, backend: lab.info.backend }
  }, undefined, { backend: 'webgpu', prepare: hooked(loseable) })
  assert.match(seen.message, /device was lost/)
  assert.ok(seen.same)
  assert.equal(seen.backend, 'webgpu')
  assert.deepEqual(seen.kept.map(({ version }) => version), [seen.version])
  assert.match(seen.kept[0].text, /^conv2d.*\tconv2d/)
})

test("a visitor's own checkpoint takes the classes and the input range it is given", async () => {
  const seen = await withLab(async (file) => {
    const scan = await lab.sample('glioma')
    const shipped = await lab.predict(scan)
    const load = (options) => lab.loadModel(`/weights/${file}.safetensors`, options)
    const same = await load({ name: 'same', classes: ['a', 'b', 'c'], range: [0, 1] })
    const doubled = await load({ name: 'doubled', range: [0, 2] })
    const refused = await load({ range: [1, 0] }).then(() => 'accepted', (error) => error.message)
    const logits = async (model) => (await lab.predict(scan, { model })).logits
    const [first, second] = [await logits(same.name), await logits(doubled.name)]
    return {
      classes: same.classes, names: lab.info.models.map((m) => m.name), refused,
      same: first.every((v, i) => v === shipped.logits[i]), different: second.some((v, i) => v !== first[i]),
    }
  }, (await b.models())[0])
  assert.deepEqual(seen.classes, ['a', 'b', 'c'])
  assert.deepEqual(seen.names.slice(-2), ['same', 'doubled'])
  assert.ok(seen.same, 'the same file predicts the same')
  assert.ok(seen.different, 'another range is another input')
  assert.match(seen.refused, /expected two numbers, the lower one first/)
})

test('auto races a GPU against the CPU and says which is faster', { timeout: 900_000 }, async () => {
  const info = await withLab(() => lab.info, undefined, { backend: 'auto', prepare: hooked(disguised) })
  assert.match(info.reason, /because it predicts in \d+ ms where/)
})
