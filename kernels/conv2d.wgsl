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

// Column x of a row of a that begins at start, zero outside. Columns are
// repeated Up times.
fn pixel_a(start: i32, x: i32) -> f32 {
  let column = clamp(x, 0, W - 1);
  return select(0.0, a[start + column / Up], column == x);
}

fn pixel_b(start: i32, x: i32) -> f32 {
  let column = clamp(x, 0, W - 1);
  return select(0.0, b[start + column], column == x);
}

// The inputs of four neighbouring outputs.
fn pixels_a(start: i32, x: i32) -> vec4f {
  return vec4f(pixel_a(start, x), pixel_a(start, x + Stride),
               pixel_a(start, x + 2 * Stride), pixel_a(start, x + 3 * Stride));
}

fn pixels_b(start: i32, x: i32) -> vec4f {
  return vec4f(pixel_b(start, x), pixel_b(start, x + Stride),
               pixel_b(start, x + 2 * Stride), pixel_b(start, x + 3 * Stride));
}

// One tap: the weights of four output channels times four pixels.
fn product(tap: vec4i, v: vec4f) -> mat4x4f {
  return mat4x4f(w[tap.x] * v, w[tap.y] * v, w[tap.z] * v, w[tap.w] * v);
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
  let channels = g * GroupOut + min(vec4i(0, 1, 2, 3) + tile, vec4i(GroupOut - 1));
  var tap = channels * GroupIn * KH * KW;
  let left = x * Stride - Pad;
  var sum = mat4x4f(); // a column a channel
  for (var c = g * GroupIn; c < (g + 1) * GroupIn; c++) {
    for (var ky = 0; ky < KH; ky++) {
      let line = row * Stride + ky - Pad;
      if (line >= 0 && line < H) {
        // With stride 1 the four pixels slide along the row.
        if (Cb == 0 || c < Ca) {
          let start = ((n * Ca + c) * (H / Up) + line / Up) * (W / Up);
          var v = pixels_a(start, left - 1);
          for (var kx = 0; kx < KW; kx++) {
            if (Stride == 1) {
              v = vec4f(v.yzw, pixel_a(start, left + kx + 3));
            } else {
              v = pixels_a(start, left + kx);
            }
            sum += product(tap + kx, v);
          }
        } else {
          let start = ((n * Cb + c - Ca) * H + line) * W;
          var v = pixels_b(start, left - 1);
          for (var kx = 0; kx < KW; kx++) {
            if (Stride == 1) {
              v = vec4f(v.yzw, pixel_b(start, left + kx + 3));
            } else {
              v = pixels_b(start, left + kx);
            }
            sum += product(tap + kx, v);
          }
        }
      }
      tap += KW;
    }
  }

  for (var m = 0; m < 4; m++) {
    if (tile + m >= GroupOut) {
      break;
    }
    let co = g * GroupOut + tile + m;
    var v = sum[m];
    if (Bias) {
      v += bias[co];
    }
    if (Act == 1) {
      v = max(v, vec4f());
    }
    let at = ((n * Cout + co) * Ho + row) * Wo + x;
    for (var j = 0; j < 4; j++) {
      if (x + j < Wo) {
        y[at + j] = v[j];
      }
    }
  }
}
