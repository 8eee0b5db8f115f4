// Connects Go's WebAssembly with simd128.wasm, which works on Go's memory.
//
//   const vectors = await simd128(bytes)               // of simd128.wasm
//   Object.assign(go.importObject, vectors.imports)
//   const instance = await WebAssembly.instantiate(module, go.importObject)
//   vectors.attach(instance)                           // before go.run(instance)
//
// Go imports functions before its memory exists, hence the detour: they call
// whatever attach has made. Where the engine has no SIMD128, or bytes is
// undefined, Go is told so and computes without.
export async function simd128(bytes) {
  let module = bytes && WebAssembly.validate(bytes) ? await WebAssembly.compile(bytes) : undefined
  // The same loops with fused multiply-add lie in a custom section of the plain ones.
  const [relaxed] = module ? WebAssembly.Module.customSections(module, 'relaxed') : []
  if (relaxed && WebAssembly.validate(relaxed)) {
    module = await WebAssembly.compile(relaxed)
  }
  let inner
  return {
    imports: {
      simd128: {
        available: () => (inner ? 1 : 0),
        madd: (dst, ds, src, off, taps, w, strips) => inner.madd(dst, ds, src, off, taps, w, strips),
        dot: (out, a, sa, b0, b1, b2, n) => inner.dot(out, a, sa, b0, b1, b2, n),
      },
    },
    attach(instance) {
      if (module) {
        inner = new WebAssembly.Instance(module, { go: { mem: instance.exports.mem } }).exports
      }
    },
  }
}
