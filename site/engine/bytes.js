// What a browser can do with bytes by itself, and SHA-256 where it cannot or will not.

const hex = (hash) => Array.from(hash, (octet) => octet.toString(16).padStart(2, '0')).join('')

/** SHA-256 as hexadecimal digits. A browser has it for pages that are served securely only. */
export async function digest(bytes) {
  if (globalThis.crypto?.subtle) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  const { sha256 } = await import('../vendor/sha256.js')
  return hex(sha256(bytes))
}

const part = 2 ** 20 // bytes, in which a page is not held up noticeably

/** The same of a Blob, a part at a time, so that it is never in memory as a whole. */
export async function digestOf(blob, signal) {
  const { sha256 } = await import('../vendor/sha256.js')
  const hash = sha256.create()
  for (let at = 0; at < blob.size; at += part) {
    signal?.throwIfAborted()
    hash.update(new Uint8Array(await blob.slice(at, at + part).arrayBuffer()))
  }
  return hex(hash.digest())
}

/** Bytes compressed with gzip. */
export async function packed(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
}
