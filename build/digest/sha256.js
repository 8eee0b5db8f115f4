// SHA-256 a part at a time, and where a browser has none.
export { createSHA256 } from 'hash-wasm'
