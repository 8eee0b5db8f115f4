// The worker that runs the engine, for whatever page wants it.

import { Failure } from './failure.js'
import { Frame } from './frame.js'
import { started } from './life.js'

/** Starts the worker of a site's folder, with the whole engine or that of first visits; gone() is called when it has ended. */
export function connect(site, gone, whole = false) {
  const { inlined } = globalThis
  if (inlined) { // the page is one file, and carries its worker and all that it fetches; see single/main.js
    const { 'engine/worker.js': script, ...files } = inlined
    const worker = started(URL.createObjectURL(script), {}, gone)
    worker.postMessage(files)
    return worker
  }
  // A page of a file or of data has no origin either, but frames within it have.
  if (self.origin === 'null' && !['file:', 'data:'].includes(location.protocol)) {
    throw new Failure('device', 'segfault: this page stands in a frame whose sandbox takes its origin away, and with it the engine; add allow-same-origin to the sandbox.')
  }
  const url = new URL('engine/worker.js', site) // of no form that bundlers look for: they would move the file
  return url.origin === self.origin ? started(url, { type: 'module' }, gone, whole ? ' whole' : '') : new Frame(new URL(`engine/frame.html${whole ? '#whole' : ''}`, site))
}
