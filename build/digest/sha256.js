// SHA-256 a part at a time, and where a browser has none.
export { sha256 } from '@noble/hashes/sha2.js'
