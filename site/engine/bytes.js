// What a browser can do with bytes by itself.

/** SHA-256 as hexadecimal digits; empty where the page is not served securely, and the browser refuses. */
export async function digest(bytes) {
  if (!globalThis.crypto?.subtle) return ''
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

/** Bytes compressed with gzip. */
export async function packed(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
}
