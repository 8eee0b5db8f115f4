override N: i32;
override Ca: i32;
override Cb: i32;
override H: i32;
override W: i32;
override Up: i32;
override Cout: i32;
override KH: i32;
override KW: i32;
override Stride: i32;
override Pad: i32;
override Groups: i32;
override Bias: bool;
override Act: i32;

override Ho = (H + 2 * Pad - KH) / Stride + 1;
override Wo = (W + 2 * Pad - KW) / Stride + 1;
override Quads = (Wo + 3) / 4; // of pixels in a row
override GroupIn = (Ca + Cb) / Groups; // input channels of a group
override GroupOut = Cout / Groups; // output channels of a group
override Tiles = (GroupOut + 3) / 4; // of output channels

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

// Pixel x of a row of channel c, zero outside. Rows and columns of a are
// repeated Up times.
fn pixel(n: i32, c: i32, row: i32, x: i32) -> f32 {
  if (x < 0 || x >= W) {
    return 0;
  }
  if (c < Ca) {
    return a[((n * Ca + c) * (H / Up) + row / Up) * (W / Up) + x / Up];
  }
  return b[((n * Cb + c - Ca) * H + row) * W + x];
}

fn finish(n: i32, co: i32, row: i32, x: i32, sums: vec4f) {
  var v = sums;
  if (Bias) {
    v += bias[co];
  }
  if (Act == 1) {
    v = max(v, vec4f());
  }
  let at = ((n * Cout + co) * Ho + row) * Wo + x;
  for (var i = 0; i < min(4, Wo - x); i++) {
    y[at + i] = v[i];
  }
}

// An invocation sums four output channels of four neighbouring pixels: every
// weight it reads serves four pixels and every pixel four weights.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var i = i32(id.y * groups.x * 64 + id.x);
  let x = i % Quads * 4;
  i /= Quads;
  let row = i % Ho;
  i /= Ho;
  let tile = i % Tiles * 4;
  i /= Tiles;
  let g = i % Groups;
  let n = i / Groups;
  if (n >= N) {
    return;
  }

  // Where a tile overhangs its group, the last channel is computed again.
  let taps = GroupIn * KH * KW;
  let first = g * GroupOut * taps;
  let at = first + min(vec4i(0, 1, 2, 3) + tile, vec4i(GroupOut - 1)) * taps;
  var tap = 0;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var c = g * GroupIn; c < (g + 1) * GroupIn; c++) {
    for (var ky = 0; ky < KH; ky++) {
      let line = row * Stride + ky - Pad;
      if (line < 0 || line >= H) {
        tap += KW;
        continue;
      }
      let left = x * Stride - Pad;
      // The four pixels under the filter's current column.
      var v = vec4f(0, pixel(n, c, line, left), pixel(n, c, line, left + 1), pixel(n, c, line, left + 2));
      for (var kx = 0; kx < KW; kx++) {
        if (Stride == 1) {
          v = vec4f(v.yzw, pixel(n, c, line, left + kx + 3));
        } else {
          v = vec4f(pixel(n, c, line, left + kx), pixel(n, c, line, left + kx + Stride),
                    pixel(n, c, line, left + kx + 2 * Stride), pixel(n, c, line, left + kx + 3 * Stride));
        }
        sum0 += w[at.x + tap] * v;
        sum1 += w[at.y + tap] * v;
        sum2 += w[at.z + tap] * v;
        sum3 += w[at.w + tap] * v;
        tap++;
      }
    }
  }
  let co = g * GroupOut + tile;
  let channels = min(4, GroupOut - tile);
  finish(n, co, row, x, sum0);
  if (channels > 1) { finish(n, co + 1, row, x, sum1); }
  if (channels > 2) { finish(n, co + 2, row, x, sum2); }
  if (channels > 3) { finish(n, co + 3, row, x, sum3); }
}
