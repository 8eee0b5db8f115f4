// Segfault's public module: attacks on medical image segmentation, computed in a Web Worker of this origin.
//
//     import { open } from './segfault.js'
//     const lab = await open({ backend: 'auto' })
//     const scan = await lab.load(file)
//     const fault = await lab.attack(scan, { epsilon: 0.009 })
//
// Types and meanings are in segfault.d.ts. Every failure is one rejected promise whose message is one sentence.

import { connect } from './engine/connect.js'
import { digest, packed } from './engine/bytes.js'
import { Link } from './engine/link.js'

/** Starts the engine and resolves when it is ready to work. */
export async function open({ backend = 'auto', model, onProgress, signal } = {}) {
  const link = new Link(connect())
  try {
    const info = await link.call('open', { backend, model: model ?? '' }, { onProgress, signal })
    return new Lab(link, info)
  } catch (error) {
    link.close()
    throw error
  }
}

/** The browser digests only what is in memory as a whole; larger checkpoints go without. */
const largestDigested = 2 ** 29

/** An open laboratory: one engine, its models and the scans loaded into it. */
class Lab {
  #link
  /** What a visitor told of checkpoints, and their digests, by name. */
  #own = new Map()

  constructor(link, info) {
    this.#link = link
    /** What runs here: version, backend and why, the models, the samples. Replaced as a whole when it changes. */
    this.info = info
  }

  /** Loads a scan from a File, Blob, ArrayBuffer, typed array or URL of this origin, or an array of those: a DICOM series. */
  async load(source, { volume = 0, signal, onProgress } = {}) {
    const sources = Array.isArray(source) ? source : [source]
    const files = await Promise.all(sources.map((one) => read(one, 'scan', signal)))
    const sha256 = await Promise.all(files.map(({ bytes }) => digest(bytes)))
    const scan = await this.#link.call('load', { files, volume }, { signal, onProgress, transfer: files.map(({ bytes }) => bytes.buffer) })
    return { ...scan, sha256: sha256.sort() }
  }

  /** A slice's values in the scan's own units, height × width, upright. */
  slice(scan, slice = 0, { signal } = {}) {
    return this.#link.call('slice', { scan: scan.id, slice }, { signal })
  }

  /** Simulates a sample scan with known truth; `lab.info.samples` lists them. */
  sample(name, { seed, signal, onProgress } = {}) {
    return this.#link.call('sample', { name, seed }, { signal, onProgress })
  }

  /** Attaches a label map of the scan's own size to it, as the truth that attacks and metrics use. */
  loadTruth(scan, source, options) {
    return this.#loadMask(scan, source, 'truth', options)
  }

  /** Attaches a mask of the scan's own size to it, as the region of interest to which attacks are confined. */
  loadRegion(scan, source, options) {
    return this.#loadMask(scan, source, 'region', options)
  }

  async #loadMask(scan, source, as, { model = '', signal, onProgress } = {}) {
    if (Array.isArray(source)) throw new TypeError(`segfault: a mask is one file, and an array of ${source.length} was given; load the scan's files first, then its mask alone.`)
    const { name, bytes } = await read(source, as, signal)
    const sha256 = await digest(bytes)
    const mask = await this.#link.call('loadMask', { scan: scan.id, name, bytes, model, as }, { signal, onProgress, transfer: [bytes.buffer] })
    return { ...mask, sha256 }
  }

  /** Lets a brush set labels of a slice of a mask, or erase them with label 0; returns the mask. */
  paint(scan, { as = 'truth', slice = 0, model = '', label = 1, points, radius, signal }) {
    return this.#link.call('paint', { scan: scan.id, as, slice, model, label, points, radius }, { signal })
  }

  /** Takes the last stroke back; returns the mask, or null where there was none before. */
  unpaint(scan, { as = 'truth', signal } = {}) {
    return this.#link.call('unpaint', { scan: scan.id, as }, { signal })
  }

  /** Tells what a checkpoint (safetensors) is, from its header alone. */
  async inspectModel(source, { signal } = {}) {
    const { file } = await blob(source, 'model', signal)
    return this.#link.call('inspectModel', { file }, { signal })
  }

  /** Adds a checkpoint (safetensors) to `lab.info.models` and returns its entry. */
  async loadModel(source, { signal, onProgress, ...told } = {}) {
    const { name, file } = await blob(source, 'model', signal)
    const { model, info } = await this.#link.call('loadModel', { name, ...told, file }, { signal, onProgress })
    this.info = info
    this.#own.set(model.name, { sha256: file.size <= largestDigested ? await digest(await file.arrayBuffer()) : '', ...told })
    return model
  }

  /** Chooses the backend anew: 'auto', 'webgpu' or 'cpu'. */
  async use(backend, { signal, onProgress } = {}) {
    this.info = await this.#link.call('use', { backend }, { signal, onProgress })
    return this.info
  }

  /** Segments one slice. */
  async predict(scan, { model = '', slice = 0, signal, onProgress } = {}) {
    const clean = await this.#link.call('predict', { scan: scan.id, model, slice }, { signal, onProgress })
    return this.#noted(clean)
  }

  /** Attacks one slice. The gradient is kept, so that another ε costs one prediction. */
  async attack(scan, options = {}) {
    const { signal, onProgress, truth, ...rest } = options
    const params = { model: '', slice: 0, ...rest, scan: scan.id }
    if (truth) params.truth = truth instanceof Uint8Array ? truth : Uint8Array.from(truth)
    const fault = await this.#link.call('attack', params, { signal, onProgress })
    return this.#noted(fault)
  }

  /** Attacks every slice, and measures each and all together. */
  async attackVolume(scan, { signal, onProgress, ...rest } = {}) {
    return this.#noted(await this.#link.call('attackVolume', { model: '', ...rest, scan: scan.id }, { signal, onProgress }))
  }

  /** Makes a file of an attacked slice or volume: the scan in the kind of file that it came in, or a mask. */
  async save(of, { what = 'scan', format = 'nifti', identity = false, signal } = {}) {
    const { name, bytes, gzip } = await this.#link.call('save', { of: of.id, what, format, identity }, { signal })
    return new File([gzip ? await packed(bytes) : bytes], name)
  }

  /** Everything that it takes to do an attack again, and what came of it: `go run ./build attack -recipe FILE` replays it. */
  recipe(scan, fault) {
    const { model: name, slice = 'all', ...attack } = fault.attack
    const model = this.#own.get(name) ?? { sha256: this.info.models.find((model) => model.name === name).sha256 }
    const source = scan.sample ? { sample: scan.sample } : { sha256: scan.sha256, format: scan.format, volume: scan.volume }
    return {
      recipe: 1,
      version: this.info.version,
      backend: this.info.backend,
      model: { ...model, name },
      scan: { ...source, slice },
      truth: fault.painted.truth ?? (scan.truth && !scan.sample ? { sha256: scan.truth.sha256 } : null),
      region: fault.painted.region ?? (scan.region ? { sha256: scan.region.sha256 } : null),
      attack,
      metrics: fault.metrics ?? { dice: fault.dice, slices: fault.slices },
    }
  }

  /** The addresses that the engine has fetched from; those of the page itself are in its own performance entries. */
  get requests() {
    return this.#link.requests
  }

  /** Draws pictures (RGBA) and outlines (SVG path data) of a scan or of a result. */
  render(of, { pictures = [], outlines = [], window = [0, 1], gain = 1, own = false, model = '', slice = 0, signal } = {}) {
    return this.#link.call('render', { of: of.id, pictures, outlines, window, gain, own, model, slice }, { signal })
  }

  /** Forgets a scan or a result, whose memory the engine then reuses. */
  release(...things) {
    return this.#link.call('release', { ids: things.map((thing) => thing.id) })
  }

  /** Ends the engine. Whatever is under way is rejected. */
  close() {
    this.#link.close()
  }

  /** A result tells when the backend had to change on the way; info follows it. */
  #noted({ info, ...result }) {
    if (info) this.info = info
    return result
  }
}

/** Whatever a caller gave as a Blob, which the engine reads a part at a time. */
async function blob(source, what, signal) {
  if (source instanceof Blob) return { name: source.name ?? what, file: source }
  const { name, bytes } = await read(source, what, signal)
  return { name, file: new Blob([bytes]) }
}

/** The bytes of whatever a caller gave, in a buffer of their own that can be transferred. */
async function read(source, what, signal) {
  if (source instanceof ArrayBuffer) return { name: what, bytes: new Uint8Array(source.slice(0)) }
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source
    return { name: what, bytes: new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength)) }
  }
  if (source instanceof Blob) {
    try {
      return { name: source.name ?? what, bytes: new Uint8Array(await source.arrayBuffer()) }
    } catch {
      throw new Error(`segfault: the ${what} file cannot be read; it may have been moved, or is too large for this browser's memory.`)
    }
  }
  if (typeof source === 'string' || source instanceof URL) return fetched(source, what, signal)
  throw new TypeError(`segfault: a ${what} must be a File, Blob, ArrayBuffer, typed array or URL.`)
}

async function fetched(url, what, signal) {
  const response = await fetch(url, { signal }).catch((error) => {
    if (error.name === 'AbortError') throw error
    throw new Error(`segfault: the ${what} could not be fetched from its address; check the connection and the address.`)
  })
  if (!response.ok) throw new Error(`segfault: the ${what} could not be fetched: the server answered ${response.status}.`)
  const name = new URL(response.url).pathname.split('/').pop()
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) }
}
