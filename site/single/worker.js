// The worker of the page in one file: gets the files that it would fetch with the first message, and starts as usual.

addEventListener('message', ({ data }) => {
  globalThis.inlined = data
  import('../engine/worker.js')
}, { once: true })
