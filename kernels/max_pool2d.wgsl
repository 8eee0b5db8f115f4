override N: i32;
override H: i32;
override W: i32;
override Size: i32;
override Stride: i32;
override Pad: i32;

override Ho = (H + 2 * Pad - Size) / Stride + 1;
override Wo = (W + 2 * Pad - Size) / Stride + 1;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= N * Ho * Wo) {
    return;
  }
  let n = i / (Ho * Wo);
  // The window's part inside the image.
  let corner = vec2i(i % Wo, i / Wo % Ho) * Stride - Pad;
  let low = max(corner, vec2i());
  let high = min(corner + Size, vec2i(W, H));
  var best = x[(n * H + low.y) * W + low.x];
  for (var row = low.y; row < high.y; row++) {
    for (var column = low.x; column < high.x; column++) {
      best = max(best, x[(n * H + row) * W + column]);
    }
  }
  y[i] = best;
}
