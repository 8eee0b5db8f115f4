override N: u32; // of square matrices; a multiple of 64

@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

// A workgroup computes 64×64 elements in steps of 16 products; an invocation
// 4×4 of them. The left matrix is kept transposed.
var<workgroup> left: array<array<f32, 68>, 16>; // 68: no bank is hit twice
var<workgroup> right: array<array<vec4f, 16>, 16>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = group.y * 64;
  let column = group.x * 16; // in vec4
  let r = local / 16;
  let c = local % 16;
  var sum = mat4x4f();
  for (var k = 0u; k < N; k += 16) {
    let v = a[((row + local / 4) * N + k) / 4 + local % 4];
    for (var j = 0u; j < 4; j++) {
      left[local % 4 * 4 + j][local / 4] = v[j];
    }
    right[r][c] = b[(k + r) * N / 4 + column + c];
    workgroupBarrier();
    for (var j = 0u; j < 16; j++) {
      let w = right[j][c];
      sum += mat4x4f(left[j][4 * r] * w, left[j][4 * r + 1] * w, left[j][4 * r + 2] * w, left[j][4 * r + 3] * w);
    }
    workgroupBarrier();
  }
  for (var j = 0u; j < 4; j++) {
    y[(row + 4 * r + j) * N / 4 + column + c] = sum[j];
  }
}
