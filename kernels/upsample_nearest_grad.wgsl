override N: u32;
override H: u32;
override W: u32;
override Factor: u32;
override Gate: bool;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> gate: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64 + id.x;
  if (i >= N * H * W) {
    return;
  }
  let row = i / W; // over all images
  let corner = (row * Factor * W + i % W) * Factor;
  var sum = 0.0;
  for (var ky = 0u; ky < Factor; ky++) {
    for (var kx = 0u; kx < Factor; kx++) {
      sum += dy[corner + ky * W * Factor + kx];
    }
  }
  if (Gate) {
    sum = select(0.0, sum, gate[i] > 0);
  }
  dx[i] = sum;
}
