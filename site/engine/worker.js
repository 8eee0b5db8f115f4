// The worker that runs the engine: fetches it and the first model side by side, starts it and hands it the messages.
//
// The engine finds its surroundings in globalThis.segfault:
//     release                what was built: version, sizes, models (release.json)
//     weights(file, onBytes) → Promise<Uint8Array>, and drop(file) once they are read
//     decode(frame, onBytes, signal) → Promise<Uint8Array>: a frame of a compressed DICOM, unpacked
// and takes over onmessage when it runs.

import './wasm_exec.js'
import { compile, deliver, Weights } from './deliver.js'
import { simd128 } from './simd128.js'
import './submit.js'

const waiting = []
self.onmessage = ({ data }) => waiting.push(data)

// A worker's requests are in performance entries of its own, which the page cannot see but wants to show.
new PerformanceObserver((list) => postMessage({ requests: list.getEntries().map(({ name }) => name) })).observe({ type: 'resource', buffered: true })

const weights = new Weights()
const host = (globalThis.segfault = {
  release: null,
  weights: (file, onBytes) => weights.fetch(file, onBytes),
  drop: (file) => weights.drop(file),
  decode: async (frame, onBytes, signal) => (await decoders(onBytes, signal)).decode(frame),
})

/** The decoders, fetched when they are first needed. */
let codec = null
function decoders(onBytes, signal) {
  codec ??= Promise.all([import('./codec.js'), compile('engine/codecs.wasm', onBytes, signal)]).then(([{ Codec }, module]) => new Codec(module))
  codec.catch(() => (codec = null)) // the next call tries again
  return codec
}

/** Progress before the engine can speak for itself goes to the call that opens it, which is the first. */
function progress(stage, done, total) {
  postMessage({ id: 1, progress: { stage, done, total } })
}

async function start() {
  if (!globalThis.WebAssembly) throw new Error('segfault: this browser cannot run the engine, because it has no WebAssembly or forbids it; use another, of 2023 or later.')
  let arrived = false // the engine, whose progress is shown before the model's
  const compiled = compile('engine/segfault.wasm', (bytes) => progress('engine', bytes, host.release?.bytes ?? 0))
  compiled.then(() => (arrived = true), () => {}) // awaited below; until then it may fail unseen
  const vectors = deliver('engine/simd128.wasm').then((response) => response.arrayBuffer()).then(simd128)
  vectors.catch(() => {})
  host.release = await (await deliver('release.json')).json()
  const [first] = host.release.models
  if (first) weights.fetch(first.file, (bytes) => arrived && progress('weights', bytes, first.bytes)).catch(() => {})

  const module = await compiled
  progress('start', 0, 0)
  const { imports, attach } = await vectors
  const go = new Go()
  const instance = await WebAssembly.instantiate(module, { ...go.importObject, ...imports })
  attach(instance)
  const ended = go.run(instance)
  for (const data of waiting) dispatchEvent(new MessageEvent('message', { data }))
  await ended
  throw new Error('segfault: the engine has stopped, most likely for want of memory; reload the page.')
}

start().catch((error) => postMessage({ ended: error.message }))
