// Segfault's public module: attacks on medical image segmentation, computed in a Web Worker of this origin.
//
//     import { open } from './segfault.js'
//     const lab = await open({ backend: 'auto' })
//     const scan = await lab.load(file)
//     const fault = await lab.attack(scan, { epsilon: 0.009 })
//
// Types and meanings are in segfault.d.ts. Every failure is one rejected promise whose message is one sentence.

import { packed } from './engine/bytes.js'
import { connect } from './engine/connect.js'
import { Engine } from './engine/engine.js'
import { misuse } from './engine/failure.js'
import { folder } from './engine/folder.js'
import { asked } from './engine/options.js'
import { checkpoints, sources } from './engine/source.js'

const { url } = import.meta // of no form that bundlers look for: they would move what is beside it

/** Starts the engine and resolves when it is ready to work. */
export async function open(options) {
  const { how, params, site = new URL('.', url), onReset = () => {} } = asked(options, 'site', 'onReset')
  const where = folder(site, globalThis.document?.baseURI)
  const engine = new Engine((gone, whole) => connect(where, gone, whole), params)
  const lab = new Lab(engine)
  engine.onEnd = onReset
  try {
    await engine.open(how)
    return lab
  } catch (error) {
    lab.close()
    throw error
  }
}

/** What a recipe says of the file of a mask. */
const inFile = (mask) => mask && { sha256: mask.sha256, ...(mask.classes.length ? { classes: mask.classes } : {}) }

/** An open laboratory: one engine, its models and the scans loaded into it. */
class Lab {
  #engine
  /** What a visitor told of checkpoints, and their digests, by name. */
  #own = new Map()

  /** What runs here: version, backend and why, the models, the samples. Replaced as a whole when it changes. */
  info = null

  constructor(engine) {
    this.#engine = engine
    engine.onInfo = (info) => (this.info = info)
  }

  /** Loads a scan from a File, Blob, ArrayBuffer, typed array or URL of this origin, or an array of those: a DICOM series. */
  async load(given, options) {
    const { how, params } = asked(options)
    const files = await sources(given, 'scan', how.signal)
    const scan = await this.#engine.call('load', { ...params, files }, how)
    return { ...scan, sha256: files.map(({ sha256 }) => sha256).sort() }
  }

  /** A slice's values in the scan's own units, height × width, upright. */
  async slice(scan, slice = 0, options) {
    const { how, params } = asked(options)
    return this.#engine.call('slice', { ...params, scan: scan?.id, slice }, how)
  }

  /** Draws the two planes across a scan's slices that go through a pixel of them. */
  async planes(scan, options) {
    const { how, params } = asked(options)
    return this.#engine.call('planes', { ...params, scan: scan?.id }, how)
  }

  /** Simulates a sample scan with known truth; `lab.info.samples` lists them. */
  async sample(name, options) {
    const { how, params } = asked(options)
    return this.#engine.call('sample', { ...params, name }, how)
  }

  /** Attaches a label map of the scan's own size to it, as the truth that attacks and metrics use. */
  loadTruth(scan, source, options) {
    return this.#loadMask(scan, source, 'truth', options)
  }

  /** Attaches a mask of the scan's own size to it, as the region of interest to which attacks are confined. */
  loadRegion(scan, source, options) {
    return this.#loadMask(scan, source, 'region', options)
  }

  /** Attaches a label map of the scan's own size to it, as what a model is to find. */
  loadTarget(scan, source, options) {
    return this.#loadMask(scan, source, 'target', options)
  }

  async #loadMask(scan, given, as, options) {
    const { how, params } = asked(options)
    const [file, ...beside] = await sources(given, as, how.signal)
    const mask = await this.#engine.call('loadMask', { ...params, scan: scan?.id, source: file, beside, as }, how)
    return { ...mask, sha256: file.sha256 }
  }

  /** Lets a brush set labels of a slice of a mask, or erase them with label 0; returns the mask. */
  async paint(scan, stroke) {
    const { how, params } = asked(stroke)
    return this.#engine.call('paint', { as: 'truth', label: 1, ...params, scan: scan?.id }, how)
  }

  /** Takes the last stroke back; returns the mask, or null where there was none before. */
  async unpaint(scan, options) {
    const { how, params } = asked(options)
    return this.#engine.call('unpaint', { as: 'truth', ...params, scan: scan?.id }, how)
  }

  /** Tells what a network's file is: a checkpoint (safetensors, .pth, .ckpt) or ONNX. */
  async inspectModel(given, options) {
    const { how, params } = asked(options)
    const [file, ...beside] = await checkpoints(given, how.signal)
    return this.#engine.call('inspectModel', { ...params, source: file, beside }, how)
  }

  /** Adds a network to `lab.info.models` and returns its entry. */
  async loadModel(given, asking) {
    const { how, params } = asked(asking)
    const [file, ...beside] = await checkpoints(given, how.signal)
    const { model, info, sha256 } = await this.#engine.call('loadModel', { ...params, source: file, beside }, how)
    this.info = info
    const { options, ...told } = params
    this.#own.set(model.name, { sha256, ...told })
    return model
  }

  /** Chooses the backend anew: 'auto', 'webgpu' or 'cpu'. */
  async use(backend, options) {
    const { how, params } = asked(options)
    this.info = await this.#engine.call('use', { ...params, backend }, how)
    return this.info
  }

  /** Segments one slice. */
  async predict(scan, options) {
    const { how, params } = asked(options)
    return this.#noted(await this.#engine.call('predict', { ...params, scan: scan?.id }, how))
  }

  /** Attacks one slice. The gradient is kept, so that another ε costs one prediction. */
  async attack(scan, options) {
    const { how, params } = asked(options)
    const { truth } = params
    if (truth && !(truth instanceof Uint8Array)) params.truth = Uint8Array.from(truth)
    return this.#noted(await this.#engine.call('attack', { ...params, scan: scan?.id }, how))
  }

  /** Looks for the smallest ε at which an attack on a slice succeeds. */
  async least(scan, options) {
    const { how, params } = asked(options)
    const { truth } = params
    if (truth && !(truth instanceof Uint8Array)) params.truth = Uint8Array.from(truth)
    const { fault, ...least } = await this.#engine.call('least', { ...params, scan: scan?.id }, how)
    return { ...least, fault: this.#noted(fault) }
  }

  /** Where the model looks for a class, before an attack and after it. */
  async attention(of, options) {
    const { how, params } = asked(options)
    return this.#engine.call('attention', { ...params, of: of?.id }, how)
  }

  /** Attacks every slice, and measures each and all together. */
  async attackVolume(scan, options) {
    const { how, params } = asked(options)
    return this.#noted(await this.#engine.call('attackVolume', { ...params, scan: scan?.id }, how))
  }

  /** Makes one change for all slices of a scan, or of several, and tries it on them. */
  async universal(scans, options) {
    const { how, params } = asked(options)
    return this.#noted(await this.#engine.call('universal', { ...params, scans: [scans].flat().map((scan) => scan?.id) }, how))
  }

  /** Attacks a slice on each of some models, and tells what all of them make of it. */
  async transfer(scan, options) {
    const { how, params } = asked(options)
    const { truth } = params
    if (truth && !(truth instanceof Uint8Array)) params.truth = Uint8Array.from(truth)
    return this.#noted(await this.#engine.call('transfer', { ...params, scan: scan?.id }, how))
  }

  /** What stands beside an attack: as much noise, and an attack without gradients. */
  async beside(of, options) {
    const { how, params } = asked(options)
    return this.#engine.call('beside', { ...params, of: of?.id }, how)
  }

  /** How an attack on a slice compares with others of it. */
  async judge(of, options) {
    const { how, params } = asked(options)
    return this.#engine.call('judge', { ...params, of: of?.id }, how)
  }

  /** Tells of many attacks together. */
  async summary(options) {
    const { how, params } = asked(options)
    return this.#engine.call('summary', params, how)
  }

  /** Writes a page on how a model stands an attack: a text of HTML. */
  async report(options) {
    const { how, params } = asked(options)
    return (await this.#engine.call('report', params, how)).html
  }

  /** Makes a file of an attacked slice or volume: the scan in the kind of file that it came in, or a mask. */
  async save(of, options) {
    const { how, params } = asked(options)
    const { name, bytes, gzip } = await this.#engine.call('save', { what: 'scan', format: 'nifti', ...params, of: of?.id }, how)
    return new File([gzip ? await packed(bytes) : bytes], name)
  }

  /** Everything that it takes to do an attack again, and what came of it: `go run ./build attack -recipe FILE` replays it. What stood beside it may be told. */
  recipe(scan, fault, beside = []) {
    if (!scan?.id || !fault?.attack) throw misuse('segfault: a recipe is of a scan and of an attack on it; give what load or sample, and then attack, resolved with.')
    const { model: name, slice = 'all', ...attack } = fault.attack
    const network = (name) => ({ ...(this.#own.get(name) ?? { sha256: this.info.models.find((model) => model.name === name).sha256 }), name })
    const names = this.info.models.some((model) => model.name === name) ? [name] : name.split('+')
    const model = names.length > 1 ? { name, mean: names.map(network) } : network(name)
    if (fault.slices?.some((slice) => slice.scan > 0)) throw new TypeError('segfault: a recipe is of one scan; this change was made for several')
    const source = scan.sample ? { sample: scan.sample } : { sha256: scan.sha256, format: scan.format, volume: scan.volume }
    return {
      recipe: 1,
      version: this.info.version,
      backend: this.info.backend,
      model,
      scan: { ...source, slice },
      truth: fault.painted.truth ?? (scan.sample ? null : inFile(scan.truth)),
      region: fault.painted.region ?? inFile(scan.region),
      target: fault.painted.target ?? inFile(scan.target),
      attack,
      ...(fault.change ? { universal: true } : {}),
      metrics: fault.metrics ?? (fault.change ? { made: fault.made, held: fault.held } : { dice: fault.dice, slices: fault.slices }),
      ...(beside.length ? { beside } : {}),
    }
  }

  /** The addresses that the engine has fetched from; those of the page itself are in its own performance entries. */
  get requests() {
    return this.#engine.requests
  }

  /** Draws pictures (RGBA) and outlines (SVG path data) of a scan or of a result. */
  async render(of, options) {
    const { how, params } = asked(options)
    return this.#engine.call('render', { ...params, of: of?.id }, how)
  }

  /** Forgets a scan or a result, whose memory the engine then reuses. */
  async release(...things) {
    if (things.some((thing) => typeof thing?.id !== 'number')) throw misuse('segfault: what is released are scans and results; give what a call resolved with.')
    return this.#engine.release(things.map(({ id }) => id))
  }

  /** Ends the engine. Whatever is under way is rejected. */
  close() {
    this.#engine.close()
  }

  /** A result tells when the backend had to change on the way; info follows it. */
  #noted({ info, ...result }) {
    if (info) this.info = info
    return result
  }
}
