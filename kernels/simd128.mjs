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
  const plain = bytes && WebAssembly.validate(bytes) ? await WebAssembly.compile(bytes) : undefined
  let modules = []
  if (plain) {
    // The same loops with fused multiply-add, and others, lie in custom sections of the plain ones.
    const [relaxed] = WebAssembly.Module.customSections(plain, 'relaxed')
    const [vector] = WebAssembly.Module.customSections(plain, 'vector')
    const first = relaxed && WebAssembly.validate(relaxed) ? WebAssembly.compile(relaxed) : plain
    modules = await Promise.all([first, WebAssembly.compile(vector)])
  }
  let inner
  return {
    imports: {
      simd128: {
        available: () => (inner ? 1 : 0),
        // Spelled out, because a call with a list of arguments takes several times as long.
        madd: (dst, ds, src, off, taps, w, strips) => inner.madd(dst, ds, src, off, taps, w, strips),
        dot: (out, a, sa, b0, b1, b2, n) => inner.dot(out, a, sa, b0, b1, b2, n),
        transpose: (dst, between, apart, weights, out, step, count) => inner.transpose(dst, between, apart, weights, out, step, count),
        scaleShift: (dst, x, n, scale, shift, relu) => inner.scaleShift(dst, x, n, scale, shift, relu),
        gated: (dst, x, open, n) => inner.gated(dst, x, open, n),
        add: (dst, a, b, n) => inner.add(dst, a, b, n),
        multiply: (dst, a, b, n) => inner.multiply(dst, a, b, n),
        combine: (dst, x, y, n, a, b, c) => inner.combine(dst, x, y, n, a, b, c),
        sum: (x, n) => inner.sum(x, n),
        products: (out, g, x, n, mean) => inner.products(out, g, x, n, mean),
        softplus: (dst, x, n) => inner.softplus(dst, x, n),
        swish: (dst, x, n) => inner.swish(dst, x, n),
        swishGrad: (dst, x, dy, n) => inner.swishGrad(dst, x, dy, n),
        maxOfFour: (dst, top, bottom, n) => inner.maxOfFour(dst, top, bottom, n),
        toFirstOfFour: (up, down, top, bottom, dy, n) => inner.toFirstOfFour(up, down, top, bottom, dy, n),
        twice: (dst, x, n) => inner.twice(dst, x, n),
        sumOfFour: (dst, top, bottom, n) => inner.sumOfFour(dst, top, bottom, n),
      },
    },
    attach(instance) {
      const go = { mem: instance.exports.mem }
      if (modules.length) {
        inner = Object.assign({}, ...modules.map(module => new WebAssembly.Instance(module, { go }).exports))
      }
    },
  }
}
