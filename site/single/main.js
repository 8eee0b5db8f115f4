// The page in one file, segfault.html: unpacks what the build has put into it, and starts as usual.

const types = { js: 'text/javascript', json: 'application/json', wasm: 'application/wasm' }

/** What an element holds as gzip in base64. */
async function unpacked(element) {
  const packed = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0))
  const bytes = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
  element.remove()
  return new Blob([bytes], { type: types[element.dataset.path.split('.').pop()] })
}

const parts = [...document.querySelectorAll('[data-path]')]
globalThis.inlined = Object.fromEntries(await Promise.all(parts.map(async (part) => [part.dataset.path, await unpacked(part)])))
await import('../page/main.js')
