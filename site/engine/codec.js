// Decodes frames of compressed DICOM: JPEG, JPEG-LS and JPEG 2000, with the libraries in codecs.wasm (npm: dcmjs-codecs).
// It is large, so the worker fetches it, and this file, when such a scan is opened. Natively build/codecs runs it in Node.

const photometrics = [
  'MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR', 'RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_PARTIAL_422', 'YBR_PARTIAL_420', 'YBR_ICT', 'YBR_RCT',
]

/** The library's function for a transfer syntax. */
function decoder(syntax) {
  const [, family] = /^1\.2\.840\.10008\.1\.2\.4\.(\d+)$/.exec(syntax) ?? []
  if (family >= 50 && family <= 70) return 'DecodeJpeg'
  if (family === '80' || family === '81') return 'DecodeJpegLs'
  if (family === '90' || family === '91') return 'DecodeJpeg2000'
  if (family >= 201 && family <= 203) return 'DecodeHtJpeg2000'
  throw new Error('its transfer syntax is unknown')
}

/** The libraries at work. After a failure they are started afresh, because what they left in memory is not to be trusted. */
export class Codec {
  #module
  #library = null

  /** Takes the compiled WebAssembly. */
  constructor(module) {
    this.#module = module
  }

  /** Unpacks a frame, described as core/scan's Frame, to its samples, pixel by pixel in little endian. */
  decode({ syntax, data, width, height, samples, allocated, stored, signed, photometric }) {
    const library = (this.#library ??= start(this.#module))
    let context = 0
    let options = 0
    try {
      const run = library[decoder(syntax)]
      context = library.CreateCodecsContext()
      library.SetColumns(context, width)
      library.SetRows(context, height)
      library.SetSamplesPerPixel(context, samples)
      library.SetBitsAllocated(context, allocated)
      library.SetBitsStored(context, stored)
      library.SetPixelRepresentation(context, signed ? 1 : 0)
      library.SetPlanarConfiguration(context, 0)
      library.SetPhotometricInterpretation(context, photometrics.indexOf(photometric))
      library.SetEncodedBufferSize(context, data.length)
      new Uint8Array(library.memory.buffer).set(data, library.GetEncodedBuffer(context))
      options = library.CreateDecoderParameters()
      library.SetConvertColorspaceToRgb(options, samples === 3 ? 1 : 0)
      run(context, options)
      const at = library.GetDecodedBuffer(context)
      const pixels = new Uint8Array(library.memory.buffer).slice(at, at + library.GetDecodedBufferSize(context))
      library.ReleaseDecoderParameters(options)
      library.ReleaseCodecsContext(context)
      return pixels
    } catch (error) {
      this.#library = null
      throw new Error(error instanceof WebAssembly.RuntimeError ? 'they are damaged' : error.message, { cause: error })
    }
  }
}

/** An instance of the libraries, which ask nothing of their surroundings but to hear their complaints. */
function start(module) {
  const nothing = () => 0
  const { exports } = new WebAssembly.Instance(module, {
    env: {
      onCodecsException(at, length) {
        const text = new TextDecoder().decode(new Uint8Array(exports.memory.buffer, at, length))
        throw new Error(text.split('::').pop().trim())
      },
      onCodecsInfo: nothing,
      onCodecsTrace: nothing,
      emscripten_notify_memory_growth: nothing,
    },
    wasi_snapshot_preview1: {
      proc_exit() {
        throw new Error('the decoder gave up')
      },
      clock_time_get: nothing,
      fd_write: nothing,
      fd_close: nothing,
      fd_seek: nothing,
      environ_sizes_get: nothing,
      environ_get: nothing,
    },
  })
  exports._initialize()
  return exports
}
