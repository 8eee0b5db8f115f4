// The convolution of 3×3 with stride 1 and padding 1, and its input gradient,
// for GPUs: a matrix product whose right side, the pixels under every tap, is
// never written out. A workgroup computes 16×16 pixels of 8 or 16 channels,
// four input channels at a time, from a patch of the image and the weights in
// its own memory; an invocation computes four pixels, one above the other.
// What the buffers and the sizes mean is in conv2d_tall.wgsl; here they come all
// in the buffer, so that two pipelines serve all layers, forward and backward.

override Wide: bool; // whether it is 16 channels
override Half: bool = false; // whether w holds 2¹⁰ times its values as float16, two to a word

struct Sizes {
  n: i32, a: i32, b: i32, h: i32, w: i32, out: i32,
  first: i32, next: i32, source: i32,
  mask: i32, bias: i32, act: i32,
  up: i32, // 1, or 2 where a is upsampled twice
  flip: i32, // 8 to walk the filter backwards, else 0
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

const side = 18; // of the patch: the pixels and their neighbours
const stride = 20; // of its rows: the two rows that 32 invocations read lie in different banks
const deep = 4; // channels of the patch

override Quads: i32 = select(2, 4, Wide); // output channels by fours

var<workgroup> image: array<f32, deep * side * stride>;
var<workgroup> weights: array<vec4f, deep * 9 * 4>; // for each channel and tap those of four output channels

fn pixel(n: i32, c: i32, row: i32, column: i32) -> f32 {
  let h = sizes.h;
  let w = sizes.w;
  if (c >= sizes.a + sizes.b || row < 0 || row >= h || column < 0 || column >= w) {
    return 0.0;
  }
  if (c >= sizes.a) {
    return b[((n * sizes.b + c - sizes.a) * h + row) * w + column];
  }
  let at = ((n * sizes.a + c) * (h / sizes.up) + row / sizes.up) * (w / sizes.up) + column / sizes.up;
  if (sizes.mask == 1) {
    return select(0.0, a[at], b[at] > 0);
  }
  return a[at];
}

fn weight(at: i32) -> f32 {
  if (Half) {
    let two = unpack2x16float(w[at / 2]) * 0x1p-10;
    return select(two.x, two.y, at % 2 == 1);
  }
  return bitcast<f32>(w[at]);
}

// A weight that is beyond the last output channel does not matter.
fn weight_of(channel: i32, tap: i32) -> f32 {
  return weight(min(channel, sizes.out - 1) * sizes.next + tap);
}

// Three taps, one below the other, of four channels, a column each, and four pixels.
fn three_taps(sum: mat4x4f, at: i32, u: vec4f, v: vec4f, w: vec4f) -> mat4x4f {
  return add_four(add_four(add_four(sum, weights[at], u), weights[at + 12], v), weights[at + 24], w);
}

fn add_four(sum: mat4x4f, w: vec4f, v: vec4f) -> mat4x4f {
  return mat4x4f(fma(vec4f(w.x), v, sum[0]), fma(vec4f(w.y), v, sum[1]), fma(vec4f(w.z), v, sum[2]), fma(vec4f(w.w), v, sum[3]));
}

fn store_four(sum: mat4x4f, n: i32, channel: i32, row: i32, column: i32) {
  var sums = sum;
  for (var m = 0; m < 4; m++) {
    if (channel + m >= sizes.out || column >= sizes.w) {
      return;
    }
    var v = sums[m];
    if (sizes.bias == 1) {
      v += bias[channel + m];
    }
    if (sizes.act == 1) {
      v = select(v, vec4f(), v <= vec4f());
    }
    let at = ((n * sizes.out + channel + m) * sizes.h + row) * sizes.w + column;
    for (var r = 0; r < min(4, sizes.h - row); r++) {
      y[at + r * sizes.w] = v[r];
    }
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let local = i32(index);
  let tiles = (sizes.out + 4 * Quads - 1) / (4 * Quads);
  let n = i32(group.z) / tiles;
  let channel = i32(group.z) % tiles * 4 * Quads;
  let top = i32(group.y) * 16;
  let left = i32(group.x) * 16;
  let x = local % 16;
  let row = local / 16 * 4;

  var t0 = mat4x4f();
  var t1 = mat4x4f();
  var t2 = mat4x4f();
  var t3 = mat4x4f();
  for (var first = 0; first < sizes.a + sizes.b; first += deep) {
    for (var i = local; i < deep * side * side; i += 64) {
      let line = i / side; // of all channels' rows
      let column = i % side;
      image[line * stride + column] = pixel(n, first + line / side, top + line % side - 1, left + column - 1);
    }
    for (var i = local; i < deep * 9 * Quads; i += 64) {
      let tap = i / Quads;
      let at = sizes.first + (first + tap / 9) * sizes.source + abs(sizes.flip - tap % 9);
      let four = channel + i % Quads * 4;
      weights[tap * 4 + i % Quads] = vec4f(weight_of(four, at), weight_of(four + 1, at), weight_of(four + 2, at), weight_of(four + 3, at));
    }
    workgroupBarrier();
    for (var c = 0; c < deep; c++) {
      for (var kx = 0; kx < 3; kx++) {
        let at = (c * side + row) * stride + x + kx;
        let upper = vec4f(image[at], image[at + stride], image[at + 2 * stride], image[at + 3 * stride]);
        let lower = vec4f(upper.zw, image[at + 4 * stride], image[at + 5 * stride]);
        let middle = vec4f(upper.yzw, lower.z);
        let tap = (c * 9 + kx) * 4;
        t0 = three_taps(t0, tap, upper, middle, lower);
        t1 = three_taps(t1, tap + 1, upper, middle, lower);
        if (Wide) {
          t2 = three_taps(t2, tap + 2, upper, middle, lower);
          t3 = three_taps(t3, tap + 3, upper, middle, lower);
        }
      }
    }
    workgroupBarrier();
  }
  store_four(t0, n, channel, top + row, left + x);
  store_four(t1, n, channel + 4, top + row, left + x);
  if (Wide) {
    store_four(t2, n, channel + 8, top + row, left + x);
    store_four(t3, n, channel + 12, top + row, left + x);
  }
}
