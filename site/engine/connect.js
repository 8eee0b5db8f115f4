// The worker that runs the engine, for whatever page wants it.

import { Frame } from './frame.js'

export function connect() {
  const { inlined } = globalThis
  if (inlined) { // the page is one file, and carries its worker and all that it fetches; see single/main.js
    const worker = new Worker(URL.createObjectURL(inlined['engine/worker.js']))
    worker.postMessage(inlined)
    return worker
  }
  const url = new URL('./worker.js', import.meta.url)
  return url.origin === self.origin ? new Worker(url, { type: 'module' }) : new Frame(new URL('./frame.html', url))
}
