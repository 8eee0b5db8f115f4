struct Sizes {
  n: i32,
  c: i32,
  inner: i32,
  kept: i32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn term(i: i32) -> f32 {
  return x[i];
}

fn finished(given: f32, i: i32) -> f32 {
  return given;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  const run = 64; // short runs are summed first, so that float32 loses little
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= sizes.c * sizes.kept) {
    return;
  }
  var total = 0.0;
  for (var n = 0; n < sizes.n; n++) {
    let row = ((n * sizes.c + i / sizes.kept) * sizes.inner) * sizes.kept + i % sizes.kept;
    for (var start = 0; start < sizes.inner; start += run) {
      var sum = 0.0;
      for (var j = start; j < min(start + run, sizes.inner); j++) {
        sum += term(row + j * sizes.kept);
      }
      total += sum;
    }
  }
  y[i] = finished(total, i);
}
