// The engine's worker for a page of another origin, with a worker's face. A browser starts workers only from the page's own
// origin, so a hidden frame of the site's origin starts it and passes the messages on. All that the page's policy must
// allow is a frame of the site: frame-src.

const patience = 10_000 // ms for a frame that has loaded to answer

export class Frame {
  onmessage = null
  onerror = null
  #port
  #element = document.createElement('iframe')
  #timer = null
  #violated

  constructor(url) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#port.onmessage = ({ data }) => {
      if (data === 'here') clearTimeout(this.#timer)
      else this.onmessage?.({ data })
    }
    this.#violated = ({ effectiveDirective, blockedURI }) => {
      if (effectiveDirective === 'frame-src' && blockedURI.startsWith(url.origin)) this.#fail(`this page’s policy forbids frames of ${url.origin}; add it to frame-src`)
    }
    document.addEventListener('securitypolicyviolation', this.#violated)

    this.#element.src = url
    this.#element.title = 'Segfault’s engine'
    this.#element.hidden = true
    this.#element.credentialless = globalThis.crossOriginIsolated // an isolated page takes no other frames
    this.#element.onload = () => {
      this.#timer = setTimeout(() => this.#fail(`the engine’s frame, ${url.href}, does not answer; check the connection and the address`), patience)
      this.#element.contentWindow.postMessage('segfault', url.origin, [port2])
    }
    document.documentElement.append(this.#element)
  }

  postMessage(message, transfer) {
    this.#port.postMessage(message, transfer)
  }

  terminate() {
    clearTimeout(this.#timer)
    document.removeEventListener('securitypolicyviolation', this.#violated)
    this.#port.close()
    this.#element.remove()
  }

  #fail(why) {
    this.onmessage?.({ data: { ended: `segfault: ${why}.`, code: 'network' } })
  }
}
