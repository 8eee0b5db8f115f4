override N: u32;
override H: u32;
override W: u32;
override Size: u32;
override Stride: u32;

override Ho = (H - Size) / Stride + 1;
override Wo = (W - Size) / Stride + 1;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

// Where the window at corner has its first maximum in row-major order.
fn first_maximum(corner: u32) -> u32 {
  var first = corner;
  var best = x[corner];
  for (var ky = 0u; ky < Size; ky++) {
    for (var kx = 0u; kx < Size; kx++) {
      let at = corner + ky * W + kx;
      if (x[at] > best) {
        first = at;
        best = x[at];
      }
    }
  }
  return first;
}

// The first window that reaches pixel v of a row or column.
fn first_window(v: u32) -> u32 {
  return (max(v + 1, Size) - Size + Stride - 1) / Stride;
}

// Gathers from every window that holds the pixel: no two invocations write
// one element, and windows may overlap.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * H * W) {
    return;
  }
  let n = i / (H * W);
  let row = i / W % H;
  let column = i % W;
  var sum = 0.0;
  for (var oy = first_window(row); oy <= min(row / Stride, Ho - 1); oy++) {
    for (var ox = first_window(column); ox <= min(column / Stride, Wo - 1); ox++) {
      if (first_maximum((n * H + oy * Stride) * W + ox * Stride) == i) {
        sum += dy[(n * Ho + oy) * Wo + ox];
      }
    }
  }
  dx[i] = sum;
}
