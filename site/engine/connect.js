// The worker that runs the engine, for whatever page wants it.

import { Frame } from './frame.js'

export function connect() {
  const { inlined } = globalThis
  if (inlined) { // the page is one file, and carries its worker and all that it fetches; see single/main.js
    const worker = new Worker(URL.createObjectURL(inlined['engine/worker.js']))
    worker.postMessage(inlined)
    return worker
  }
  // A page of a file or of data has no origin either, but frames within it have.
  if (self.origin === 'null' && !['file:', 'data:'].includes(location.protocol)) {
    throw new Error('segfault: this page stands in a frame whose sandbox takes its origin away, and with it the engine; add allow-same-origin to the sandbox.')
  }
  const url = new URL('./worker.js', import.meta.url)
  return url.origin === self.origin ? new Worker(url, { type: 'module' }) : new Frame(new URL('./frame.html', url))
}
