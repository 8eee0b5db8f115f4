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

// The gradient that meets column x of the input, in the row of dy that begins
// at start: zero between the strides and outside.
fn pixel(start: i32, x: i32) -> f32 {
  let column = clamp(x / Stride, 0, Wo - 1);
  let at = start + column;
  return select(0.0, dy[at], column * Stride == x && (!Mask || y[at] > 0));
}

// One tap: the weights of four input channels times four pixels.
fn product(tap: vec4i, v: vec4f) -> mat4x4f {
  return mat4x4f(w[tap.x] * v, w[tap.y] * v, w[tap.z] * v, w[tap.w] * v);
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
  let channels = First + min(vec4i(0, 1, 2, 3) + tile, vec4i(GroupIn - 1));
  let left = x + Pad - (KW - 1);
  var sum = mat4x4f(); // a column a channel
  for (var co = g * GroupOut; co < (g + 1) * GroupOut; co++) {
    for (var ky = 0; ky < KH; ky++) {
      let line = row + Pad - ky;
      if (line >= 0 && line % Stride == 0 && line / Stride < Ho) {
        let start = ((n * Cout + co) * Ho + line / Stride) * Wo;
        let last = ((co * (Cin / Groups) + channels) * KH + ky) * KW + KW - 1;
        var v = vec4f(0, pixel(start, left), pixel(start, left + 1), pixel(start, left + 2));
        for (var kx = 0; kx < KW; kx++) {
          v = vec4f(v.yzw, pixel(start, left + kx + 3));
          sum += product(last - kx, v);
        }
      }
    }
  }

  for (var m = 0; m < 4; m++) {
    if (tile + m >= GroupIn) {
      break;
    }
    let at = ((n * C + g * GroupIn + tile + m) * H + row) * W + x;
    for (var j = 0; j < 4; j++) {
      if (x + j < W) {
        dx[at + j] = sum[m][j];
      }
    }
  }
}
