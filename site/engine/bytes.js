// What a browser can do with bytes by itself, and SHA-256 where it cannot or will not.

import { Failure } from './failure.js'

const hex = (hash) => Array.from(hash, (octet) => octet.toString(16).padStart(2, '0')).join('')

/** SHA-256 as hexadecimal digits. */
export async function digest(bytes) {
  if (globalThis.crypto?.subtle) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  return digestOf(new Uint8Array(bytes)) // browsers keep theirs for pages that are served securely
}

const part = 2 ** 20 // bytes

/** The same of a Blob or an array, a part at a time, so that it is never in memory as a whole. */
export async function digestOf(file, signal) {
  const { createSHA256 } = await import('../vendor/sha256.js').catch((cause) => {
    throw new Failure('network', 'segfault: the file vendor/sha256.js could not be fetched; check the connection and try again.', { cause })
  })
  const hash = (await createSHA256()).init()
  const size = file.size ?? file.length
  for (let at = 0; at < size; at += part) {
    signal?.throwIfAborted()
    const some = file.slice(at, at + part)
    hash.update(some.arrayBuffer ? new Uint8Array(await some.arrayBuffer()) : some)
  }
  return hash.digest()
}

/** Bytes compressed with gzip. */
export async function packed(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
}
