// The worker that runs the engine: fetches it and the first model side by side, starts it and hands it the messages.
//
// The engine finds its surroundings in globalThis.segfault:
//     release                what was built: version, sizes, models (release.json)
//     weights(file, onBytes, signal) → Promise<Uint8Array>, and drop(file) once they are read
//     fetchFiles(onBytes, signal) → Promise, after which files has the functions of the module that reads and writes files (see wasm/files)
//     fetchDecoders(onBytes, signal) → Promise, after which decoders is true
//     digest(file, signal) → Promise of the SHA-256 of a Blob or array
//     decode(frame) → Uint8Array: a frame of a compressed DICOM, unpacked
//     pool(function, …) → Promise: of pool.js, which starts other workers that compute for this one
//     recall(adapter) → Promise of a text that keep(adapter, text) kept, of this version; '' where there is none
//     settle(task, moved) → Promise, in such a worker: asks the one that started it
// and takes over onmessage when it runs.

import './wasm_exec.js'
import { digestOf } from './bytes.js'
import { compile, deliver, Released } from './deliver.js'
import { Failure } from './failure.js'
import { live } from './life.js'
import { Shared } from './shared.js'
import { simd128 } from './simd128.js'
import './submit.js'

/** The least module with an instruction of SIMD128 that there is. */
const someSIMD = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11])

live()
const waiting = []
self.onmessage = ({ data }) => waiting.push(data)

// A worker's requests are in performance entries of its own, which the page cannot see but wants to show.
new PerformanceObserver((list) => postMessage({ requests: list.getEntries().map(({ name }) => name) })).observe({ type: 'resource', buffered: true })

const module = 'engine/files.wasm'
const released = new Released((path) => (path === module ? host.release.files : host.release.models.find(({ file }) => `weights/${file}` === path)))

/** A script on its way that only some need. */
const script = (name, coming) => coming.catch((cause) => {
  throw new Failure('network', `segfault: the file engine/${name} could not be fetched; check the connection and try again.`, { cause })
})

let starting = null // the module, of which there must be no other, whoever left before it was there
const files = new Shared(async (signal, onBytes) => {
  const [{ start }, bytes] = await Promise.all([script('files.js', import('./files.js')), released.fetch(module, onBytes, signal)])
  starting ??= start(bytes, host, () => postMessage({ ended: '' })).catch((error) => {
    starting = null
    throw error
  })
  await starting
  released.drop(module)
})
let pool = null // at once where it is there: the engine goes on computing, and hears of no promise meanwhile
let codec = null
const decoders = new Shared(async (signal, onBytes) => {
  const [{ Codec }, compiled] = await Promise.all([script('codec.js', import('./codec.js')), compile('engine/codecs.wasm', { onBytes, signal })])
  codec = new Codec(compiled)
  host.decoders = true
})
const host = (globalThis.segfault = {
  release: null,
  weights: (file, onBytes, signal) => released.fetch(`weights/${file}`, onBytes, signal),
  drop: (file) => released.drop(`weights/${file}`),
  fetchFiles: (onBytes, signal) => files.join(onBytes, signal),
  digest: digestOf,
  decoders: false,
  fetchDecoders: (onBytes, signal) => decoders.join(onBytes, signal),
  decode: (frame) => codec.decode(frame),
  pool: (does, ...args) => pool?.[does](engine, ...args) ?? script('pool.js', import('./pool.js')).then((module) => (pool = module)[does](engine, ...args)),
})
for (const does of ['recall', 'keep']) {
  host[does] = (...args) => import('./races.js').then((races) => races[does](host.release.version, ...args)).catch(() => '')
}
const engine = { module: null, release: null } // which other workers are given

/** Progress before the engine can speak for itself goes to the call that opens it, which is the first. */
function progress(stage, done, total) {
  postMessage({ id: 1, progress: { stage, done, total } })
}

async function start() {
  if (!globalThis.WebAssembly) throw new Failure('device', 'segfault: this browser cannot run the engine, because it has no WebAssembly or forbids it; use another, of 2023 or later.')
  const helper = self.name.endsWith(' helper')
  if (helper) {
    const { given, settle } = await import('./helped.js')
    host.settle = settle
    Object.assign(engine, await given(waiting))
  }
  let arrived = helper // the engine, whose progress is shown before the model's
  const whole = self.name.endsWith(' whole') // also reads networks of other trainers
  const compiled = engine.module ?? compile(`engine/${whole ? 'whole' : 'segfault'}.wasm`, { onBytes: (bytes) => progress('engine', bytes, (whole ? host.release?.whole.bytes : host.release?.bytes) ?? 0) })
  if (!helper) compiled.then(() => (arrived = true), () => {}) // awaited below; until then it may fail unseen
  const vectors = deliver('engine/simd128.wasm', (bytes) => {
    if (!WebAssembly.validate(bytes) && WebAssembly.validate(someSIMD)) throw new Error('cut, or changed')
    return simd128(bytes)
  })
  vectors.catch(() => {})
  host.release = engine.release ??= await deliver('release.json', (bytes) => {
    const release = JSON.parse(new TextDecoder().decode(bytes))
    if (![release.files, ...release.models].every(({ bytes, sha256 }) => bytes && sha256)) throw new Error('no list of files')
    return release
  })
  const [first] = host.release.models
  if (first && !helper) released.fetch(`weights/${first.file}`, (bytes) => arrived && progress('weights', bytes, first.bytes)).catch(() => {})

  engine.module = await compiled
  progress('start', 0, 0)
  const { imports, attach } = await vectors
  const go = new Go()
  const instance = await WebAssembly.instantiate(engine.module, { ...go.importObject, ...imports })
  attach(instance)
  const ended = go.run(instance)
  for (const data of waiting) dispatchEvent(new MessageEvent('message', { data }))
  await ended
  postMessage({ ended: '' })
}

start().catch(({ message, code }) => postMessage({ ended: message, code }))
