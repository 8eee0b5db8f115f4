override N: i32; // of square matrices; a multiple of 64

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn add(sum: mat4x4f, rows: vec4f, columns: vec4f) -> mat4x4f {
  return mat4x4f(fma(rows, vec4f(columns.x), sum[0]), fma(rows, vec4f(columns.y), sum[1]),
                 fma(rows, vec4f(columns.z), sum[2]), fma(rows, vec4f(columns.w), sum[3]));
}

fn store(sum: mat4x4f, row: i32, column: i32) {
  for (var c = 0; c < 4; c++) {
    for (var r = 0; r < 4; r++) {
      y[(row + r) * N + column + c * (N / 8)] = sum[c][r];
    }
  }
}

// Eight rows by eight columns an invocation, in registers. The columns lie an
// eighth of the matrix apart, so that neighbours read neighbouring memory.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = i32(id.x);
  let column = i % (N / 8);
  let row = i / (N / 8) * 8;
  if (row >= N) {
    return;
  }
  var s = mat4x4f();
  var t = mat4x4f();
  var u = mat4x4f();
  var v = mat4x4f();
  let step = N / 8;
  for (var k = 0; k < N; k++) {
    let p = row * N + k;
    let q = k * N + column;
    let upper = vec4f(a[p], a[p + N], a[p + 2 * N], a[p + 3 * N]);
    let lower = vec4f(a[p + 4 * N], a[p + 5 * N], a[p + 6 * N], a[p + 7 * N]);
    let left = vec4f(b[q], b[q + step], b[q + 2 * step], b[q + 3 * step]);
    let right = vec4f(b[q + 4 * step], b[q + 5 * step], b[q + 6 * step], b[q + 7 * step]);
    s = add(s, upper, left);
    t = add(t, upper, right);
    u = add(u, lower, left);
    v = add(v, lower, right);
  }
  store(s, row, column);
  store(t, row, column + 4 * step);
  store(u, row + 4, column);
  store(v, row + 4, column + 4 * step);
}
