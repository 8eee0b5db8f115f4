override N: u32;
override H: u32;
override W: u32;
override Factor: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * H * W * Factor * Factor) {
    return;
  }
  let row = i / (W * Factor) / Factor; // of x, over all images
  let column = i % (W * Factor) / Factor;
  y[i] = x[row * W + column];
}
