// Joins up to seven arrays row by row. Sizes come in a buffer: one pipeline serves
// all of them.

struct Sizes {
  n: i32, // rows
  width: i32, // of a row of y
  a: i32, // where a's part of a row ends
  b: i32,
  c: i32,
  d: i32,
  e: i32,
  f: i32,
  g: i32,
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> c: array<f32>;
@group(0) @binding(3) var<storage, read> d: array<f32>;
@group(0) @binding(4) var<storage, read> e: array<f32>;
@group(0) @binding(5) var<storage, read> f: array<f32>;
@group(0) @binding(6) var<storage, read> g: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

// Where a part that lies from begin to end in row n of y has the element at.
fn element(n: i32, at: i32, begin: i32, end: i32) -> i32 {
  return n * (end - begin) + at - begin;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= sizes.n * sizes.width) {
    return;
  }
  let n = i / sizes.width;
  let at = i % sizes.width;
  if (at < sizes.a) {
    y[i] = a[element(n, at, 0, sizes.a)];
  } else if (at < sizes.b) {
    y[i] = b[element(n, at, sizes.a, sizes.b)];
  } else if (at < sizes.c) {
    y[i] = c[element(n, at, sizes.b, sizes.c)];
  } else if (at < sizes.d) {
    y[i] = d[element(n, at, sizes.c, sizes.d)];
  } else if (at < sizes.e) {
    y[i] = e[element(n, at, sizes.d, sizes.e)];
  } else if (at < sizes.f) {
    y[i] = f[element(n, at, sizes.e, sizes.f)];
  } else {
    y[i] = g[element(n, at, sizes.f, sizes.g)];
  }
}
