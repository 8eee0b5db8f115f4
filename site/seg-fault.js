// <seg-fault>: a live figure of an attack, for any page of any origin.
//
//     <script type="module" src="https://…/seg-fault.js"></script>
//     <seg-fault sample="glioma" epsilon="0.009" view="slider"></seg-fault>
//
// Attributes, events and methods are in seg-fault.d.ts. The embedding page's policy must allow scripts and frames of the
// site, and its images for the posters: script-src, frame-src and img-src.

import { Failure } from './engine/failure.js'
import { folder } from './engine/folder.js'
import { described } from './figure/attack.js'
import { chosen, giveBack, laboratory, shared } from './figure/bench.js'
import { Controls, known } from './figure/controls.js'
import { receive } from './figure/drop.js'
import { legend, patterns } from './figure/legend.js'
import { Compare, Panel, Slider } from './figure/pictures.js'
import { poster } from './figure/poster.js'
import { adopt, reflect } from './figure/reflect.js'
import { sheet } from './figure/style.js'
import { Sweep } from './figure/sweep.js'
import { fragment } from './page/address.js'
import { element } from './page/element.js'
import { called, sought } from './page/models.js'
import { complaint, finding, step } from './page/words.js'

const { url } = import.meta // of no form that bundlers look for: they would move what is beside it
const inPage = /^(data|blob):/.test(url) // a page that carries its scripts in itself: beside it is nothing

const views = { compare: Compare, slider: Slider, sweep: Sweep, panel: Panel }
const built = ['view', 'controls', 'poster']
const watched = ['epsilon', 'sample', 'seed', 'src', 'truth', 'slice', 'model', 'method', 'defence', 'norm', 'loss', 'swapped', 'scheme', 'steps', 'step', 'label', 'gradient', 'curves']

/** Starts figures when they come near the window. */
const seen = globalThis.IntersectionObserver && new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.start().catch(() => {})
}, { rootMargin: '15%' })

export class SegFault extends (globalThis.HTMLElement ?? class {}) { // a server that renders a page imports this, too
  static observedAttributes = [...built, ...watched]

  /** The last result, as lab.attack gives it; null before the first. */
  fault = null

  #root = this.attachShadow({ mode: 'open' })
  #view
  #controls
  #stage
  #status
  #cover
  #source
  #under
  #stop
  #lab = null
  #own = null // a scan given to load()
  #coming = null // the one that was given last
  #opening = null
  #working = null
  #running = null
  #stale = false

  constructor() {
    super()
    this.#root.adoptedStyleSheets = [sheet]
    receive(this, ({ scan, truth }) => this.load(scan, { truth }), (error) => this.#fail(error))
  }

  connectedCallback() {
    adopt(this, SegFault.observedAttributes)
    if (!this.#view) this.#build()
    if (this.#lab) this.#refresh()
    else seen.observe(this)
  }

  disconnectedCallback() {
    seen.unobserve(this)
    this.stop()
    queueMicrotask(() => this.isConnected || !this.#lab || this.#leave()) // unless it was only moved
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#view || before === after) return
    if (built.includes(name)) this.#build()
    else this.#controls.follow()
    if (!this.fault) this.#view.poster?.(poster(this, this.#site))
    this.#link()
    if (name === 'sample' || name === 'src') this.#own = this.#coming = null
    if (name !== 'epsilon') this.stop()
    if (this.#lab && this.isConnected) this.#refresh()
  }

  /** Where the site's folder is served; null where neither the module's address nor an attribute tells, or the attribute has no address. */
  get #site() {
    try {
      return this.#told()
    } catch {
      return null
    }
  }

  #told() {
    if (this.hasAttribute('site')) return folder(this.getAttribute('site'), this.baseURI)
    return inPage ? null : new URL('.', url)
  }

  /** The most by which a pixel may change, as a share of the grey range. */
  get epsilon() {
    return described(this).options.epsilon
  }

  set epsilon(value) {
    if (value === null || value === undefined) this.removeAttribute('epsilon')
    else this.setAttribute('epsilon', value)
  }

  /** Opens the engine and attacks; resolves with the first result. Called by itself when the figure is scrolled into view. */
  async start() {
    if (!this.#view) throw new Failure('bug', 'segfault: the figure is in no page yet; append it first.')
    seen.unobserve(this)
    if (!this.#lab) await (this.#opening ??= this.#open().finally(() => (this.#opening = null)))
    this.#here()
    return this.#working ?? this.fault ?? this.#refresh()
  }

  /** For a figure that is in no page nothing is computed: it has given back what it had of the engine. */
  #here() {
    if (!this.isConnected) throw new DOMException('The figure was removed.', 'AbortError')
  }

  /** Shows a scan of the page's own: a File, Blob, ArrayBuffer or address, with its truth if there is one. */
  async load(source, { truth } = {}) {
    if (!source) throw new Failure('bug', 'segfault: a figure is given a File, Blob, ArrayBuffer or address to show; this is none.')
    const own = (this.#coming = { given: source, truth })
    await this.start()
    await this.#scan(own, described(this).scan) // before it takes the other's place
    if (own !== this.#coming) throw new DOMException('Another scan was asked for.', 'AbortError')
    this.#own = own
    this.stop()
    return this.#refresh()
  }

  /** Ends what is being computed. */
  stop() {
    this.#running?.abort(new DOMException('Stopped.', 'AbortError'))
  }

  async #open() {
    this.#doing('Starting')
    try {
      const site = this.#told()
      if (!site) throw new Failure('bug', 'segfault: this page carries the figure’s script in itself; say where the site is: <seg-fault site="https://HOST/">')
      this.#lab = await laboratory({ model: described(this).scan.model, site }, (progress) => this.#progress(progress))
    } catch (error) {
      this.#fail(error)
      throw error
    }
    this.#buildControls() // now that samples and models are known
    this.#tell('ready', { info: this.#lab.info })
  }

  /** Computes what the attributes ask for. While one attack runs, later changes wait, and only the last is computed. */
  #refresh() {
    this.#stale = true
    if (!this.#working) {
      this.#working = this.#work()
      this.#working.catch(() => {}) // whom it concerns has heard the event
    }
    return this.#working
  }

  async #work() {
    let failure = null
    while (this.#stale) {
      await null // until all attributes are set that are set together
      this.#stale = false
      this.#running = new AbortController()
      failure = await this.#attack(this.#running.signal).then(() => null, (error) => error)
    }
    this.#working = this.#running = null // before anybody who has heard of the result can ask for the next
    if (!failure) return this.fault
    if (failure.name === 'AbortError') this.#say('Stopped.')
    else this.#fail(failure)
    throw failure
  }

  async #attack(signal) {
    this.#here()
    const view = this.#view
    const { scan: wanted, options, slice, curves } = described(this)
    const onProgress = (progress) => this.#progress(progress)
    this.#doing('Attacking')
    const model = this.#own ? wanted.model : chosen(this.#lab.info, wanted)
    const scan = await this.#scan(this.#own, { ...wanted, model })
    if (view.gradual) this.#cover.hidden = true
    const fault = await view.show(this.#lab, scan, { ...options, model, slice: slice ?? scan.slices >> 1, signal, onProgress }, curves)
    if (view !== this.#view) return void this.#lab.release(fault) // another was built meanwhile, and is next
    const before = this.fault
    this.fault = fault
    if (before) this.#lab.release(before)
    this.#cover.hidden = true
    this.#stage.classList.add('shown')
    this.#say(view.words?.() ?? this.#finding(fault))
    this.#tell('result', { fault })
  }

  #finding({ attack, metrics }) {
    const { models } = this.#lab.info
    const model = models.find(({ name }) => name === attack.model)
    return finding(metrics, called(model, models), sought(model))
  }

  /** A scan of the page's own, or else the one wanted. */
  #scan(own, wanted) {
    return shared(this.#lab, own ? { ...own, own, model: wanted.model } : wanted, this)
  }

  /** Gives back what the engine has of it. */
  #leave() {
    giveBack(this.#lab, this)
    if (this.fault) this.#lab.release(this.fault)
  }

  /** Builds the shadow tree for the view and the controls that are asked for. */
  #build() {
    const name = this.getAttribute('view') ?? 'compare'
    this.#view = new (views[name] ?? Compare)()
    this.#under = element('span')
    this.#status = element('p', { class: 'status', role: 'status', part: 'status' })
    this.#cover = this.#covered()
    const doing = this.#progressLine()
    this.#stage = element('div', { class: 'stage', part: 'stage' }, this.#view.root, this.#cover, doing)
    this.#source = element('a', { class: 'source', target: '_blank', rel: 'noopener' }, 'Segfault')
    this.#link()
    const parts = [
      legend(this.#view.legend, this.#stage, this.#names().includes('outlines')),
      element('div', { class: 'controls', part: 'controls' }), element('div', { class: 'foot' }, this.#source, this.#status)]
    // What the figure itself says is English, left to right, in whatever page it stands.
    for (const part of [this.#view.root, doing, ...parts]) Object.assign(part, { lang: 'en', dir: 'ltr' })
    this.#root.replaceChildren(patterns(), this.#stage, ...parts)
    this.#view.poster?.(poster(this, this.#site))
    this.#buildControls()
    if (!views[name]) this.#fail(new Failure('bug', `segfault: there is no view "${name}"; expected ${Object.keys(views).join(', ')}`))
  }

  #buildControls() {
    this.#controls = new Controls(this.#names(), this, this.#lab?.info ?? { samples: [], models: [], losses: [], schemes: [] }, (attribute, value) => {
      if (value === null) this.removeAttribute(attribute)
      else this.setAttribute(attribute, value)
      this.#tell('change', { attribute, value })
      this.start().catch(() => {})
    })
    const box = this.#root.querySelector('.controls')
    const at = [...box.children].findIndex((one) => one.contains(this.#root.activeElement))
    box.replaceChildren(...this.#controls.elements)
    box.children[at]?.control.focus({ preventScroll: true })
  }

  /** The controls to show. */
  #names() {
    const text = this.getAttribute('controls')
    if (text === null) return this.getAttribute('view') === 'sweep' ? [] : ['epsilon', 'outlines']
    return text === '' || text === 'all' ? known : text.split(/[\s,]+/)
  }

  /** A picture of the page's own over everything until the first result: that of the attribute, or one between the tags. Text there is for readers without JavaScript. */
  #covered() {
    const src = this.getAttribute('poster')
    const slot = element('slot')
    const cover = element('div', { class: 'cover' }, slot)
    const pictures = 'img, svg, picture, canvas, video'
    const follow = () => {
      slot.hidden = !slot.assignedElements().some((one) => one.matches(pictures) || one.querySelector(pictures))
      cover.hidden = this.fault !== null || (slot.hidden && !cover.querySelector('img'))
    }
    if (src) {
      const image = element('img', { alt: '', part: 'poster', src })
      image.onerror = () => {
        image.remove()
        follow()
      }
      cover.append(image)
    }
    slot.addEventListener('slotchange', follow)
    follow()
    return cover
  }

  /** What is under way, with a way to end it; it appears after a moment, so that quick things never flash up. */
  #progressLine() {
    this.#stop = element('button', { type: 'button' }, 'Stop')
    this.#stop.addEventListener('click', () => this.stop())
    return element('div', { class: 'doing' }, this.#under, this.#stop)
  }

  /** Leads to the same attack on the site. */
  #link() {
    const { scan: { sample, seed }, options: { swapped, ...options } } = described(this)
    if (this.#site) this.#source.href = new URL(`./${fragment({ sample, seed, ...options, swapped: swapped ? 'yes' : undefined })}`, this.#site)
  }

  #progress(progress) {
    this.#doing(step(progress), progress)
    this.#tell('progress', progress)
  }

  #doing(text, { done = 0, total = 0 } = {}) {
    this.#under.textContent = text
    this.#stop.hidden = !this.#running // the engine is opened for all figures
    this.#stage.style.setProperty('--done', total ? done / total : 0)
    this.#stage.classList.add('busy')
  }

  /** Says what came of it. With that Stop goes, and who was at it goes on with what starts the figure anew, or else with what it has. */
  #say(text) {
    if (this.#root.activeElement === this.#stop) {
      const next = this.#root.querySelector('.controls :is(input, select)') ?? this.#view.root.querySelector('input') ?? this.#source
      next.focus({ preventScroll: true })
    }
    this.#stage.classList.remove('busy')
    this.#status.classList.remove('failed')
    this.#status.textContent = text
  }

  #fail(error) {
    this.#say(complaint(error))
    this.#status.classList.add('failed')
    this.#tell('error', { error })
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

reflect(SegFault, SegFault.observedAttributes)
if (globalThis.customElements && !customElements.get('seg-fault')) customElements.define('seg-fault', SegFault) // another address of this module may have
