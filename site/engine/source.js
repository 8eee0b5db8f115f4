// Files that a caller gave, as what they may be given: a File, Blob, ArrayBuffer, typed array or address. They are kept as Blobs, so that
// another worker can be given them again, and need not be in memory.

import { digest } from './bytes.js'
import { Download } from './download.js'
import { Failure, misuse } from './failure.js'

class Source {
  /** Of the file, once it has been read. */
  sha256 = ''

  constructor(name, blob, what) {
    this.name = name
    this.blob = blob
    this.what = what
  }

  /** What a worker is given of it: its name and its bytes. */
  async posted() {
    let bytes
    try {
      bytes = new Uint8Array(await this.blob.arrayBuffer())
    } catch {
      throw new Failure('file', `segfault: the ${this.what} file cannot be read; it may have been moved, or is too large for this browser's memory.`)
    }
    this.sha256 ||= await digest(bytes)
    return { name: this.name, bytes }
  }
}

/** A file that the worker reads where it lies, so that it is never in memory as a whole. */
class Checkpoint extends Source {
  async posted() {
    const { name, blob } = this
    if (!globalThis.inlined) return { name, file: blob }
    const { bytes } = await super.posted() // workers of a page that is one file can read no Blob in some browsers
    return { name, file: bytes }
  }
}

export const source = (given, what, signal) => made(Source, given, what, signal)
export const checkpoint = (given, signal) => made(Checkpoint, given, 'model', signal)
export const sources = (given, what, signal) => each(given, what, (one) => source(one, what, signal))
export const checkpoints = (given, signal) => each(given, 'model', (one) => checkpoint(one, signal))

/** Of one that was given, or of an array of some. */
async function each(given, what, make) {
  const all = [given].flat()
  if (all.length === 0) throw misuse(`segfault: an array of no files was given as the ${what}; give one file at least.`)
  return Promise.all(all.map(make))
}

async function made(Kind, given, what, signal) {
  if (given instanceof Blob) return new Kind(given.name ?? what, given, what)
  if (given instanceof ArrayBuffer || ArrayBuffer.isView(given)) return new Kind(what, new Blob([given]), what)
  if (typeof given !== 'string' && !(given instanceof URL)) throw misuse(`segfault: a ${what} must be a File, Blob, ArrayBuffer, typed array or URL.`)
  const url = address(given, what)
  const bytes = await new Download(url, `the ${what}`).run({ signal })
  return new Kind(url.pathname.split('/').pop(), new Blob([bytes]), what)
}

function address(given, what) {
  try {
    return new URL(given, globalThis.document?.baseURI)
  } catch {
    throw misuse(`segfault: the ${what}'s address cannot be read; expected that of a file, such as scans/a.png.`)
  }
}
