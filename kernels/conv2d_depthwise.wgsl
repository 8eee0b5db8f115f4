// The convolution of every channel with a filter of its own, and its input
// gradient. An invocation computes four pixels of a column, which meet the same
// taps of the filter: one below the other or, of a gradient, as far apart as
// the stride. Sizes come in a buffer: one pipeline serves all layers.

// Software drivers do what a branch skips, if a constant does not tell that it will.
override Act: i32; // the activation
override Gate: i32; // the activation by whose slope at open the result is multiplied
override Plus: bool; // whether there is something to be added
override Keep: bool; // whether what the activation is of is kept
override Half: bool = false; // whether w holds 2¹⁰ times its values as float16, two to a word

struct Sizes {
  planes: i32, // images times channels
  channels: i32,
  from_h: i32, // of a
  from_w: i32,
  h: i32, // of y
  w: i32,
  kh: i32,
  kw: i32,
  stride_h: i32,
  stride_w: i32,
  top: i32, // padding
  left: i32,
  gradient: i32, // whether a is the gradient of the output, and y of the input
  bias: i32, // whether there is one
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> open: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> plus: array<f32>;
@group(0) @binding(5) var<storage, read_write> before: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<uniform> sizes: Sizes;

// Where a tap meets the pixel: a row or column of a.
fn met(pixel: i32, tap: i32, stride: i32, pad: i32) -> i32 {
  return select(pixel * stride - pad + tap, (pixel + pad - tap) / stride, sizes.gradient == 1);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let gradient = sizes.gradient == 1;
  let apart = select(1, sizes.stride_h, gradient); // the pixels, and the taps that meet them
  let below = select(sizes.stride_h, 1, gradient); // what they meet
  let beside = select(1, sizes.stride_w, gradient); // the taps of a row that meet a pixel
  let towers = (sizes.h + 4 * apart - 1) / (4 * apart) * apart;
  var i = i32(id.y * groups.x * 64 + id.x);
  let column = i % sizes.w;
  i /= sizes.w;
  let row = i % towers / apart * 4 * apart + i % towers % apart;
  let plane = i / towers;
  if (plane >= sizes.planes) {
    return;
  }

  let channel = plane % sizes.channels;
  let phase = select(vec2i(), (vec2i(column, row) + vec2i(sizes.left, sizes.top)) % vec2i(sizes.stride_w, sizes.stride_h), gradient);
  var sum = vec4f();
  for (var ky = phase.y; ky < sizes.kh; ky += apart) {
    let top = met(row, ky, sizes.stride_h, sizes.top) + vec4i(0, 1, 2, 3) * below;
    let inside = (top >= vec4i()) & (top < vec4i(sizes.from_h));
    for (var kx = phase.x; kx < sizes.kw; kx += beside) {
      let left = met(column, kx, sizes.stride_w, sizes.left);
      if (left < 0 || left >= sizes.from_w) {
        continue;
      }
      let at = (plane * sizes.from_h + top) * sizes.from_w + left;
      let v = select(vec4f(), vec4f(a[at.x], a[at.y], a[at.z], a[at.w]), inside);
      sum = fma(vec4f(weight((channel * sizes.kh + ky) * sizes.kw + kx)), v, sum);
    }
  }
  if (sizes.bias == 1) {
    sum += bias[channel];
  }
  for (var j = 0; j < 4; j++) {
    if (row + j * apart < sizes.h) {
      let at = (plane * sizes.h + row + j * apart) * sizes.w + column;
      var r = sum[j];
      if (Plus) {
        r += plus[at];
      }
      if (Keep) {
        before[at] = r;
      }
      r = activate(r, Act);
      if (Gate > 0) {
        r = through(r, open[at], Gate);
      }
      y[at] = r;
    }
  }
}
