override N: u32;
override H: u32;
override W: u32;
override Size: u32;
override Stride: u32;

override Ho = (H - Size) / Stride + 1;
override Wo = (W - Size) / Stride + 1;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * Ho * Wo) {
    return;
  }
  let n = i / (Ho * Wo);
  let corner = (n * H + i / Wo % Ho * Stride) * W + i % Wo * Stride;
  var best = x[corner];
  for (var ky = 0u; ky < Size; ky++) {
    for (var kx = 0u; kx < Size; kx++) {
      best = max(best, x[corner + ky * W + kx]);
    }
  }
  y[i] = best;
}
