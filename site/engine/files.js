// Starts the module that reads and writes files: WebAssembly of its own beside the engine, in the same worker. The worker fetches it, and this
// file, when a file is first opened or saved.

import { Failure } from './failure.js'

/** Starts it, which gives host.files its functions; ended() is called when it is no more. */
export async function start(bytes, host, ended) {
  const go = new Go()
  const { instance } = await WebAssembly.instantiate(bytes, go.importObject).catch((cause) => {
    throw new Failure('room', 'segfault: what reads and writes files cannot be started, most likely for want of memory; close other pages and try again.', { cause })
  })
  go.run(instance) // up to where it waits for calls
  const guarded = (call) => (...args) => {
    try {
      const reply = call(...args)
      if (reply) return reply
    } catch {} // whatever it was, memory most likely: the module is not to be trusted any more
    ended()
    throw new Error('the module has ended')
  }
  host.files = Object.fromEntries(Object.entries(host.files).map(([name, call]) => [name, guarded(call)]))
}
