override N: i32;
override Cin: i32;
override First: i32;
override C: i32;
override H: i32;
override W: i32;
override Cout: i32;
override KH: i32;
override KW: i32;
override Stride: i32;
override Pad: i32;
override Groups: i32;
override Mask: bool;

override Ho = (H + 2 * Pad - KH) / Stride + 1;
override Wo = (W + 2 * Pad - KW) / Stride + 1;
override Quads = (W + 3) / 4; // of pixels in a row
override GroupIn = C / Groups; // wanted input channels of a group
override GroupOut = Cout / Groups; // output channels of a group
override Tiles = (GroupIn + 3) / 4; // of input channels

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

// The gradient at column x·Stride of an output row that starts at start, zero
// between the strides and outside.
fn pixel(start: i32, x: i32) -> f32 {
  if (x < 0 || x % Stride != 0 || x / Stride >= Wo) {
    return 0;
  }
  let at = start + x / Stride;
  if (Mask && !(y[at] > 0)) {
    return 0;
  }
  return dy[at];
}

fn finish(n: i32, c: i32, row: i32, x: i32, v: vec4f) {
  let at = ((n * C + c) * H + row) * W + x;
  for (var i = 0; i < min(4, W - x); i++) {
    dx[at + i] = v[i];
  }
}

// An invocation sums four input channels of four neighbouring pixels, as in
// conv2d.wgsl; the filter is walked backwards.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var i = i32(id.y * groups.x * 64 + id.x);
  let x = i % Quads * 4;
  i /= Quads;
  let row = i % H;
  i /= H;
  let tile = i % Tiles * 4;
  i /= Tiles;
  let g = i % Groups;
  let n = i / Groups;
  if (n >= N) {
    return;
  }

  // Where a tile overhangs its group, the last channel is computed again.
  let at = (First + min(vec4i(0, 1, 2, 3) + tile, vec4i(GroupIn - 1))) * KH * KW;
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var co = g * GroupOut; co < (g + 1) * GroupOut; co++) {
    for (var ky = KH - 1; ky >= 0; ky--) {
      let line = row + Pad - ky;
      if (line < 0 || line % Stride != 0 || line / Stride >= Ho) {
        continue;
      }
      let start = ((n * Cout + co) * Ho + line / Stride) * Wo;
      let left = x + Pad - KW + 1;
      var tap = ((co * Cin / Groups) * KH + ky) * KW + KW - 1;
      // The four pixels under the filter's current column.
      var v = vec4f(0, pixel(start, left), pixel(start, left + 1), pixel(start, left + 2));
      for (var kx = 0; kx < KW; kx++) {
        v = vec4f(v.yzw, pixel(start, left + kx + 3));
        sum0 += w[at.x + tap] * v;
        sum1 += w[at.y + tap] * v;
        sum2 += w[at.z + tap] * v;
        sum3 += w[at.w + tap] * v;
        tap--;
      }
    }
  }
  let c = g * GroupIn + tile;
  let channels = min(4, GroupIn - tile);
  finish(n, c, row, x, sum0);
  if (channels > 1) { finish(n, c + 1, row, x, sum1); }
  if (channels > 2) { finish(n, c + 2, row, x, sum2); }
  if (channels > 3) { finish(n, c + 3, row, x, sum3); }
}
