// The page in one file, segfault.html: unpacks what the build has put into it, and starts as usual.

/** What an element holds as gzip in base64. */
async function unpacked(element) {
  const packed = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0))
  const bytes = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
  element.remove()
  return element.dataset.path.endsWith('.js') ? new Blob([bytes], { type: 'text/javascript' }) : bytes // some workers of such a page read no Blob
}

const parts = [...document.querySelectorAll('[data-path]')]
globalThis.inlined = Object.fromEntries(await Promise.all(parts.map(async (part) => [part.dataset.path, await unpacked(part)])))
await import('../page/main.js')
