override N: i32;
override H: i32;
override W: i32;
override KH: i32;
override KW: i32;
override StrideH: i32;
override StrideW: i32;
override DilationH: i32;
override DilationW: i32;
override Top: i32;
override Left: i32;
override Bottom: i32;
override Right: i32;
override Plus: bool;
override Gate: bool;

override Ho = (H + Top + Bottom - (KH - 1) * DilationH - 1) / StrideH + 1;
override Wo = (W + Left + Right - (KW - 1) * DilationW - 1) / StrideW + 1;
// Every pixel is in exactly one window.
override Tiled = StrideH == KH && StrideW == KW && Top + Left + Bottom + Right == 0 && DilationH * DilationW == 1 && H % KH == 0 && W % KW == 0;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> plus: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

// A pixel's gradient, and what else there is to it.
fn store_pixel(at: i32, gradient: f32) {
  var sum = gradient;
  if (Plus) {
    sum += plus[at];
  }
  dx[at] = select(0.0, sum, !Gate || x[at] > 0);
}

// Where a window of image n has its first maximum in row-major order.
fn first_maximum(n: i32, window: vec2i) -> i32 {
  let apart = vec2i(DilationW, DilationH);
  let corner = window * vec2i(StrideW, StrideH) - vec2i(Left, Top);
  let low = corner + (max(apart - 1 - corner, vec2i()) / apart) * apart;
  let high = min(corner + vec2i(KW - 1, KH - 1) * apart + 1, vec2i(W, H));
  var first = (n * H + low.y) * W + low.x;
  var best = x[first];
  for (var row = low.y; row < high.y; row += DilationH) {
    for (var column = low.x; column < high.x; column += DilationW) {
      let at = (n * H + row) * W + column;
      if (x[at] > best) {
        first = at;
        best = x[at];
      }
    }
  }
  return first;
}

// Writes the pixels of a window that shares none of them.
fn scatter(i: i32) {
  if (i >= N * Ho * Wo) {
    return;
  }
  let corner = i / Wo * KH * W + i % Wo * KW;
  var first = 0;
  var best = x[corner];
  for (var k = 1; k < KH * KW; k++) {
    let value = x[corner + k / KW * W + k % KW];
    first = select(first, k, value > best);
    best = max(best, value);
  }
  let gradient = dy[i];
  for (var k = 0; k < KH * KW; k++) {
    store_pixel(corner + k / KW * W + k % KW, select(0.0, gradient, k == first));
  }
}

// Gathers from every window that holds the pixel: no two invocations write one
// element.
fn gather(i: i32) {
  if (i >= N * H * W) {
    return;
  }
  let n = i / (H * W);
  let pixel = vec2i(i % W, i / W % H) + vec2i(Left, Top); // in the padded image
  let reach = vec2i(KW - 1, KH - 1) * vec2i(DilationW, DilationH) + 1;
  let stride = vec2i(StrideW, StrideH);
  let first = (max(pixel + 1, reach) - reach + stride - 1) / stride;
  let last = min(pixel / stride, vec2i(Wo, Ho) - 1);
  var sum = 0.0;
  for (var oy = first.y; oy <= last.y; oy++) {
    for (var ox = first.x; ox <= last.x; ox++) {
      if (first_maximum(n, vec2i(ox, oy)) == i) {
        sum += dy[(n * Ho + oy) * Wo + ox];
      }
    }
  }
  store_pixel(i, sum);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (Tiled) {
    scatter(i);
  } else {
    gather(i);
  }
}
