override N: i32;
override H: i32;
override W: i32;
override Size: i32;
override Stride: i32;
override Pad: i32;

override Ho = (H + 2 * Pad - Size) / Stride + 1;
override Wo = (W + 2 * Pad - Size) / Stride + 1;
override Tiled = Stride == Size && Pad == 0 && H % Size == 0 && W % Size == 0; // every pixel is in one window

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

// Where a window of image n has its first maximum in row-major order.
fn first_maximum(n: i32, window: vec2i) -> i32 {
  let corner = window * Stride - Pad;
  let low = max(corner, vec2i());
  let high = min(corner + Size, vec2i(W, H));
  var first = (n * H + low.y) * W + low.x;
  var best = x[first];
  for (var row = low.y; row < high.y; row++) {
    for (var column = low.x; column < high.x; column++) {
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
  let corner = i / Wo * Size * W + i % Wo * Size;
  var first = 0;
  var best = x[corner];
  for (var k = 1; k < Size * Size; k++) {
    let value = x[corner + k / Size * W + k % Size];
    first = select(first, k, value > best);
    best = max(best, value);
  }
  let gradient = dy[i];
  for (var k = 0; k < Size * Size; k++) {
    dx[corner + k / Size * W + k % Size] = select(0.0, gradient, k == first);
  }
}

// Gathers from every window that holds the pixel: no two invocations write one
// element.
fn gather(i: i32) {
  if (i >= N * H * W) {
    return;
  }
  let n = i / (H * W);
  let pixel = vec2i(i % W, i / W % H) + Pad; // in the padded image
  let first = (max(pixel + 1, vec2i(Size)) - Size + Stride - 1) / Stride;
  let last = min(pixel / Stride, vec2i(Wo, Ho) - 1);
  var sum = 0.0;
  for (var oy = first.y; oy <= last.y; oy++) {
    for (var ox = first.x; ox <= last.x; ox++) {
      if (first_maximum(n, vec2i(ox, oy)) == i) {
        sum += dy[(n * Ho + oy) * Wo + ox];
      }
    }
  }
  dx[i] = sum;
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
