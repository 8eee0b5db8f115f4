struct Sizes {
  n: i32, a: i32, b: i32, h: i32, w: i32, ho: i32, wo: i32, m: i32, groups: i32,
  stride_h: i32, stride_w: i32, dilation_h: i32, dilation_w: i32, top: i32, left: i32, spread_h: i32, spread_w: i32,
  up: i32, chunks: i32, steps: i32, per: i32, split: i32, scaled: i32, bias: i32, plus: i32, act: i32, keep: i32, gate: i32,
}

@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec2u>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> open: array<vec4f>;
@group(0) @binding(5) var<storage, read> plus: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> before: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

var<workgroup> panel: array<vec4f, 128>;
var<workgroup> image: array<vec4f, 128>;

fn weight(at: i32) -> vec4f {
  return vec4f(unpack2x16float(w[at].x), unpack2x16float(w[at].y)) * 0x1p-10;
}

fn sigmoid4(v: vec4f) -> vec4f {
  let e = exp(-abs(v)); // never overflows
  return select(e, vec4f(1), v > vec4f()) / (1 + e);
}

// A sum with its channel's bias.
fn biased(v: vec4f, channel: i32) -> vec4f {
  if (sizes.bias == 1) {
    return v + vec4f(bias[channel]);
  }
  return v;
}

// What a layer applies to a sum.
fn activate4(v: vec4f) -> vec4f {
  switch (sizes.act) {
    case 1: { return select(v, vec4f(), v <= vec4f()); }
    case 2: {
      let x = select(v, vec4f(-1000), v < vec4f(-1000)); // where it is 0, also at infinity
      return x * sigmoid4(x);
    }
    case 3: { return sigmoid4(v); }
    default: { return v; }
  }
}

// A gradient times the slope of an activation.
fn through4(v: vec4f, open: vec4f) -> vec4f {
  if (sizes.gate == 1) {
    return select(vec4f(), v, open > vec4f());
  }
  var x = select(open, vec4f(-1000), open < vec4f(-1000)); // beyond, the slope stays, also at infinity
  x = select(x, vec4f(1000), x > vec4f(1000));
  return v * (sigmoid4(x) * (1 + x * sigmoid4(-x)));
}


fn put(at: i32, channel: i32, v: vec4f) {
  var r = v;
  if (sizes.split == 1) {
    r = biased(v, channel);
    if (sizes.plus == 1) {
      r += plus[at];
    }
    if (sizes.keep == 1) {
      before[at] = r;
    }
    r = activate4(r);
    if (sizes.gate > 0) {
      r = through4(r, open[at]);
    }
  }
  y[at] = r;
}

// Four neighbours of a row, of which the first is at column x, moved by dx.
fn four_a(at: i32, x: i32, dx: i32, inside: bool) -> vec4f {
  let i = select(0, at, inside) / 4;
  var r = a[i];
  if (dx < 0) {
    r = vec4f(select(0.0, a[max(i - 1, 0)].w, x > 0), r.xyz);
  }
  if (dx > 0) {
    r = vec4f(r.yzw, select(0.0, a[i + 1].x, x + 4 < sizes.w));
  }
  return select(vec4f(), r, inside);
}

fn four_b(at: i32, x: i32, dx: i32, inside: bool) -> vec4f {
  let i = select(0, at, inside) / 4;
  var r = b[i];
  if (dx < 0) {
    r = vec4f(select(0.0, b[max(i - 1, 0)].w, x > 0), r.xyz);
  }
  if (dx > 0) {
    r = vec4f(r.yzw, select(0.0, b[i + 1].x, x + 4 < sizes.w));
  }
  return select(vec4f(), r, inside);
}

// The same of an image that is read as if it were twice as large.
fn twice_a(at: i32, x: i32, dx: i32, inside: bool) -> vec4f {
  let i = select(0, at, inside);
  let four = a[i / 4];
  let two = select(four.xy, four.zw, (i & 2) != 0);
  var r = two.xxyy;
  if (dx < 0) {
    let before = max(i - 1, 0);
    r = vec4f(select(0.0, a[before / 4][before & 3], x > 0), two.xxy);
  }
  if (dx > 0) {
    let after = i + 2;
    r = vec4f(two.xyy, select(0.0, a[after / 4][after & 3], x + 4 < sizes.w));
  }
  return select(vec4f(), r, inside);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) index: u32) {
  let l = i32(index);
  let area = sizes.ho * sizes.wo;
  let total = sizes.n * area;
  let group = i32(id.z) % sizes.groups;
  let part = i32(id.z) / sizes.groups;
  let lowest = i32(id.y) * 32; // channel
  let first_weight = (group * i32(groups.y) + i32(id.y)) * sizes.steps * 128;
  let begin = part * sizes.per;
  let end = min(begin + sizes.per, sizes.steps);
  let wide = sizes.w >> u32(sizes.up);
  let plane = vec2i((sizes.h >> u32(sizes.up)) * wide, sizes.h * sizes.w);
  let q = l % 8;
  let row = l / 8;
  let column = l % 8;
  let channel = l / 8;
  let p0 = i32(id.x) * 32 + q * 4;
  let x = p0 % area % sizes.wo;
  let top = select(-(1 << 20), p0 % area / sizes.wo - sizes.top, p0 < total);
  let base_a = (p0 / area * sizes.groups + group) * sizes.a * plane.x;
  let base_b = p0 / area * sizes.b * plane.y;
      var s0_0 = vec4f();
      var s1_0 = vec4f();
      var s2_0 = vec4f();
      var s3_0 = vec4f();
  for (var step = begin; step < end; step++) {
    var v0 = vec4f();
    var v1 = vec4f();
    let tap = step % 9;
    let chunk = step / 9;
    let y0 = top + tap / 3;
    let dx = tap % 3 - sizes.left;
    let inside = y0 >= 0 && y0 < sizes.h;
    if (chunk >= sizes.chunks) {
      let at = base_b + y0 * sizes.w + x;
    { let c = (chunk - sizes.chunks) * 16 + row + 0; v0 = four_b(at + c * plane.y, x, dx, inside && c < sizes.b); }
    { let c = (chunk - sizes.chunks) * 16 + row + 8; v1 = four_b(at + c * plane.y, x, dx, inside && c < sizes.b); }
    } else if (sizes.up == 0) {
      let at = base_a + y0 * sizes.w + x;
    { let c = chunk * 16 + row + 0; v0 = four_a(at + c * plane.x, x, dx, inside && c < sizes.a); }
    { let c = chunk * 16 + row + 8; v1 = four_a(at + c * plane.x, x, dx, inside && c < sizes.a); }
    } else {
      let at = base_a + (y0 >> 1) * wide + (x >> 1);
    { let c = chunk * 16 + row + 0; v0 = twice_a(at + c * plane.x, x, dx, inside && c < sizes.a); }
    { let c = chunk * 16 + row + 8; v1 = twice_a(at + c * plane.x, x, dx, inside && c < sizes.a); }
    }
    panel[l + 0] = weight(first_weight + step * 128 + l + 0);
    panel[l + 64] = weight(first_weight + step * 128 + l + 64);
    image[(row + 0) * 8 + q] = v0;
    image[(row + 8) * 8 + q] = v1;
    workgroupBarrier();
    for (var i = 0; i < 16; i++) {
      let p0 = image[i * 8 + column + 0];
      let w0 = panel[i * 8 + channel + 0];
      s0_0 = fma(vec4f(w0.x), p0, s0_0);
      s1_0 = fma(vec4f(w0.y), p0, s1_0);
      s2_0 = fma(vec4f(w0.z), p0, s2_0);
      s3_0 = fma(vec4f(w0.w), p0, s3_0);
    }
    workgroupBarrier();
  }
  let base = part * total * sizes.groups * sizes.m;
  for (var j = 0; j < 1; j++) {
    let o = i32(id.x) * 32 + column * 4 + j * 8 * 4;
    let to = base + o / area * sizes.groups * sizes.m * area + o % area;
    for (var i = 0; i < 4; i++) {
      let c = lowest + channel * 4 + i / 4 * 32 + i % 4;
      var sum = vec4f();
      switch (i * 1 + j) {
      case 0: { sum = s0_0; }
      case 1: { sum = s1_0; }
      case 2: { sum = s2_0; }
      case 3: { sum = s3_0; }
        default: {}
      }
      if (c < sizes.m && o < total) { put((to + (group * sizes.m + c) * area) / 4, group * sizes.m + c, sum); }
    }
  }
}
