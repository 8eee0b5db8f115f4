// Whether a worker is still there. It holds a lock for as long as it lives, which the browser releases however it ends; the page asks
// for the same lock, and gets it then. Where there are no locks (a page that is not served securely), link.js listens for silence.

/** Starts a worker; gone() is called when it has ended. Its name tells it what it is: ' whole', ' helper' or neither. */
export function started(url, options, gone, kind = '') {
  const name = `segfault ${Date.now()} ${Math.random()}${kind}`
  const worker = new Worker(url, { ...options, name })
  worker.addEventListener('message', ({ data }) => data.held && navigator.locks.request(name, gone))
  return worker
}

/** The worker's part. */
export function live() {
  const hold = () => {
    postMessage({ held: true })
    return new Promise(() => {})
  }
  navigator.locks?.request(self.name, hold).catch(() => {}) // a page that is one file has none
  addEventListener('message', (event) => {
    if (!event.data.asked) return
    event.stopImmediatePropagation()
    postMessage({ here: true })
  })
}
