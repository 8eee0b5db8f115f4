// The convolution of 3×3 with stride 1 and padding 1, and its input gradient,
// for drivers that run on the processor: there a load costs as much as ten
// products, and barriers far more. An invocation computes eight channels of a
// tower, sixteen pixels one above the other, so that every load serves some
// ten products and neighbouring invocations read neighbouring memory.
// Sizes come in a buffer: compiling this takes a while, once for all layers.

override Up: i32; // 1, or 2 where a is upsampled twice
override Both: bool; // whether there may be a second source, b
override Flip: i32; // 8 to walk the filter backwards, else 0
// Whether more may be done with a sum than to add a bias, rectify it or, of a
// gradient, gate it: software drivers do what a branch skips, if a constant does not tell that it will.
override More: bool;
override Half: bool = false; // whether w holds 2¹⁰ times its values as float16, two to a word

struct Sizes {
  n: i32,
  a: i32, // channels
  b: i32,
  h: i32,
  w: i32,
  out: i32,
  first: i32, // where the weights of the first channels begin
  next: i32, // from one output channel's weights to the next
  source: i32, // from one input channel's weights to the next
  gate: i32, // the activation by whose slope at b the result is multiplied, of a filter walked backwards; then there is no second source
  bias: i32, // whether there is one
  plus: i32, // whether there is something to be added
  act: i32, // the activation
  keep: i32, // whether what it is of is kept
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> plus: array<f32>;
@group(0) @binding(5) var<storage, read_write> before: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<uniform> sizes: Sizes;

// Sixteen pixels for each row of the filter.
struct Column { upper: mat4x4f, middle: mat4x4f, lower: mat4x4f }

// Which of eighteen pixels lie inside the image.
alias Inside = array<bool, 18>;

fn stack(p: array<f32, 18>) -> Column {
  return Column(
    mat4x4f(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13], p[14], p[15]),
    mat4x4f(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13], p[14], p[15], p[16]),
    mat4x4f(p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13], p[14], p[15], p[16], p[17]));
}

fn pixel_a(at: i32, inside: bool) -> f32 {
  return select(0.0, a[at], inside);
}

fn pixel_b(at: i32, inside: bool) -> f32 {
  return select(0.0, b[at], inside);
}

fn column_a(at: i32, w: i32, i: Inside, there: bool) -> Column {
  return stack(array<f32, 18>(
    pixel_a(at, i[0] & there), pixel_a(at + w, i[1] & there), pixel_a(at + 2 * w, i[2] & there),
    pixel_a(at + 3 * w, i[3] & there), pixel_a(at + 4 * w, i[4] & there), pixel_a(at + 5 * w, i[5] & there),
    pixel_a(at + 6 * w, i[6] & there), pixel_a(at + 7 * w, i[7] & there), pixel_a(at + 8 * w, i[8] & there),
    pixel_a(at + 9 * w, i[9] & there), pixel_a(at + 10 * w, i[10] & there), pixel_a(at + 11 * w, i[11] & there),
    pixel_a(at + 12 * w, i[12] & there), pixel_a(at + 13 * w, i[13] & there), pixel_a(at + 14 * w, i[14] & there),
    pixel_a(at + 15 * w, i[15] & there), pixel_a(at + 16 * w, i[16] & there), pixel_a(at + 17 * w, i[17] & there)));
}

// Every pixel of the half-size image is two of the column's.
fn column_a_twice(at: i32, w: i32, i: Inside, there: bool) -> Column {
  let p = pixel_a(at, i[0] & there);
  let q = pixel_a(at + w, there);
  let r = pixel_a(at + 2 * w, i[3] & there);
  let s = pixel_a(at + 3 * w, i[5] & there);
  let t = pixel_a(at + 4 * w, i[7] & there);
  let u = pixel_a(at + 5 * w, i[9] & there);
  let v = pixel_a(at + 6 * w, i[11] & there);
  let x = pixel_a(at + 7 * w, i[13] & there);
  let y = pixel_a(at + 8 * w, i[15] & there);
  let z = pixel_a(at + 9 * w, i[17] & there);
  return stack(array<f32, 18>(p, q, q, r, r, s, s, t, t, u, u, v, v, x, x, y, y, z));
}

fn column_b(at: i32, w: i32, i: Inside, there: bool) -> Column {
  return stack(array<f32, 18>(
    pixel_b(at, i[0] & there), pixel_b(at + w, i[1] & there), pixel_b(at + 2 * w, i[2] & there),
    pixel_b(at + 3 * w, i[3] & there), pixel_b(at + 4 * w, i[4] & there), pixel_b(at + 5 * w, i[5] & there),
    pixel_b(at + 6 * w, i[6] & there), pixel_b(at + 7 * w, i[7] & there), pixel_b(at + 8 * w, i[8] & there),
    pixel_b(at + 9 * w, i[9] & there), pixel_b(at + 10 * w, i[10] & there), pixel_b(at + 11 * w, i[11] & there),
    pixel_b(at + 12 * w, i[12] & there), pixel_b(at + 13 * w, i[13] & there), pixel_b(at + 14 * w, i[14] & there),
    pixel_b(at + 15 * w, i[15] & there), pixel_b(at + 16 * w, i[16] & there), pixel_b(at + 17 * w, i[17] & there)));
}

// A filter's taps of one input channel and one output channel.
struct Taps { a: f32, b: f32, c: f32, d: f32, e: f32, f: f32, g: f32, h: f32, i: f32 }

// All taps of four pixels, whose sums stay in registers meanwhile.
fn four_pixels(sum: vec4f, t: Taps, l: Column, m: Column, r: Column, k: i32) -> vec4f {
  var s = fma(vec4f(t.a), l.upper[k], sum);
  s = fma(vec4f(t.b), m.upper[k], s);
  s = fma(vec4f(t.c), r.upper[k], s);
  s = fma(vec4f(t.d), l.middle[k], s);
  s = fma(vec4f(t.e), m.middle[k], s);
  s = fma(vec4f(t.f), r.middle[k], s);
  s = fma(vec4f(t.g), l.lower[k], s);
  s = fma(vec4f(t.h), m.lower[k], s);
  return fma(vec4f(t.i), r.lower[k], s);
}

// The nine taps of one output channel.
fn nine_taps(sum: mat4x4f, at: i32, l: Column, m: Column, r: Column) -> mat4x4f {
  let t = Taps(weight(at + Flip), weight(at + abs(Flip - 1)), weight(at + abs(Flip - 2)),
               weight(at + abs(Flip - 3)), weight(at + 4), weight(at + abs(Flip - 5)),
               weight(at + abs(Flip - 6)), weight(at + abs(Flip - 7)), weight(at + abs(Flip - 8)));
  return mat4x4f(four_pixels(sum[0], t, l, m, r, 0), four_pixels(sum[1], t, l, m, r, 1),
                 four_pixels(sum[2], t, l, m, r, 2), four_pixels(sum[3], t, l, m, r, 3));
}

alias Tile = array<mat4x4f, 8>;

// One input channel's part of eight output channels.
fn channel(t: Tile, at: i32, next: i32, l: Column, m: Column, r: Column) -> Tile {
  return Tile(
    nine_taps(t[0], at, l, m, r), nine_taps(t[1], at + next, l, m, r),
    nine_taps(t[2], at + 2 * next, l, m, r), nine_taps(t[3], at + 3 * next, l, m, r),
    nine_taps(t[4], at + 4 * next, l, m, r), nine_taps(t[5], at + 5 * next, l, m, r),
    nine_taps(t[6], at + 6 * next, l, m, r), nine_taps(t[7], at + 7 * next, l, m, r));
}

fn store_tower(sum: mat4x4f, n: i32, channel: i32, row: i32, x: i32) {
  if (channel < sizes.out) {
    var v = sum;
    var add = 0.0;
    if (sizes.bias == 1) {
      add = bias[channel];
    }
    let at = ((n * sizes.out + channel) * sizes.h + row) * sizes.w + x;
    for (var r = 0; r < min(16, sizes.h - row); r++) {
      let to = at + r * sizes.w;
      var p = v[r / 4][r % 4] + add;
      if (More) {
        if (sizes.plus == 1) {
          p += plus[to];
        }
        if (sizes.keep == 1) {
          before[to] = p;
        }
        p = activate(p, sizes.act);
        if (Flip == 8 && sizes.gate > 0) {
          p = through(p, b[to], sizes.gate);
        }
      } else if (Flip == 8) {
        p = select(p, 0.0, sizes.gate == 1 && !(b[to] > 0));
      } else {
        p = select(p, 0.0, sizes.act == 1 && p <= 0);
      }
      y[to] = p;
    }
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let h = sizes.h;
  let w = sizes.w;
  let towers = (h + 15) / 16;
  let tiles = (sizes.out + 7) / 8;
  var i = i32(id.y * groups.x * 64 + id.x);
  let x = i % w;
  i /= w;
  let row = i % towers * 16;
  i /= towers;
  let first = i % tiles * 8;
  let n = i / tiles;
  if (n >= sizes.n) {
    return;
  }

  let left = x > 0;
  let right = x < w - 1;
  let inside = Inside(row > 0, true, row + 1 < h, row + 2 < h, row + 3 < h, row + 4 < h, row + 5 < h, row + 6 < h, row + 7 < h,
                      row + 8 < h, row + 9 < h, row + 10 < h, row + 11 < h, row + 12 < h, row + 13 < h, row + 14 < h,
                      row + 15 < h, row + 16 < h);
  let next = sizes.next;
  var t = Tile();
  var tap = sizes.first + first * sizes.next;
  if (Up == 1) {
    var at = (n * sizes.a * h + row - 1) * w + x;
    for (var c = 0; c < sizes.a; c++) {
      t = channel(t, tap, next, column_a(at - 1, w, inside, left), column_a(at, w, inside, true),
                  column_a(at + 1, w, inside, right));
      at += h * w;
      tap += sizes.source;
    }
  } else {
    let half = w / 2;
    let size = h / 2 * half;
    let xs = vec3i(x - 1, x, x + 1) / 2;
    var at = n * sizes.a * size + (row / 2 - 1) * half;
    for (var c = 0; c < sizes.a; c++) {
      t = channel(t, tap, next, column_a_twice(at + xs.x, half, inside, left), column_a_twice(at + xs.y, half, inside, true),
                  column_a_twice(at + xs.z, half, inside, right));
      at += size;
      tap += sizes.source;
    }
  }
  if (Both) {
    var at = (n * sizes.b * h + row - 1) * w + x;
    for (var c = 0; c < sizes.b; c++) {
      t = channel(t, tap, next, column_b(at - 1, w, inside, left), column_b(at, w, inside, true), column_b(at + 1, w, inside, right));
      at += h * w;
      tap += sizes.source;
    }
  }
  store_tower(t[0], n, first, row, x);
  store_tower(t[1], n, first + 1, row, x);
  store_tower(t[2], n, first + 2, row, x);
  store_tower(t[3], n, first + 3, row, x);
  store_tower(t[4], n, first + 4, row, x);
  store_tower(t[5], n, first + 5, row, x);
  store_tower(t[6], n, first + 6, row, x);
  store_tower(t[7], n, first + 7, row, x);
}
