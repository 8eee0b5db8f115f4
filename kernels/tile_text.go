package kernels

// The text of tiles. Lines that begin with @ are written out by unroll; what
// begins with $ are numbers of the tile.

const tileHead = `struct Sizes {
  n: i32, a: i32, b: i32, h: i32, w: i32, ho: i32, wo: i32, m: i32, groups: i32,
  stride_h: i32, stride_w: i32, dilation_h: i32, dilation_w: i32, top: i32, left: i32, spread_h: i32, spread_w: i32,
  up: i32, chunks: i32, steps: i32, per: i32, split: i32, scaled: i32, bias: i32, plus: i32, act: i32, keep: i32, gate: i32,
}

@group(0) @binding(0) var<storage, read> a: array<@PIXELS>;
@group(0) @binding(1) var<storage, read> b: array<@PIXELS>;
@group(0) @binding(2) var<storage, read> w: array<@WORDS>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> open: array<@PIXELS>;
@group(0) @binding(5) var<storage, read> plus: array<@PIXELS>;
@group(0) @binding(6) var<storage, read_write> before: array<@PIXELS>;
@group(0) @binding(7) var<storage, read_write> y: array<@PIXELS>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

var<workgroup> panel: array<vec4f, @PANEL>;
var<workgroup> image: array<@IMAGE, @SIZE>;

fn weight(at: i32) -> vec4f {
  return @WEIGHT;
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

@compute @workgroup_size($threads)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) index: u32) {
  let l = i32(index);
  let area = sizes.ho * sizes.wo;
  let total = sizes.n * area;
  let group = i32(id.z) % sizes.groups;
  let part = i32(id.z) / sizes.groups;
  let lowest = i32(id.y) * $m; // channel
  let first_weight = (group * i32(groups.y) + i32(id.y)) * sizes.steps * $panel;
  let begin = part * sizes.per;
  let end = min(begin + sizes.per, sizes.steps);
  let wide = sizes.w >> u32(sizes.up);
  let plane = vec2i((sizes.h >> u32(sizes.up)) * wide, sizes.h * sizes.w);
`

// putSpaced and putQuad store four pixels of a channel, finished where their sum is whole.
const putSpaced = `
fn put(at: vec4i, there: vec4<bool>, channel: i32, v: vec4f) {
  var r = v;
  if (sizes.split == 1) {
    r = biased(v, channel);
    if (sizes.plus == 1) {
      r += vec4f(plus[at.x], plus[at.y], plus[at.z], plus[at.w]);
    }
    if (sizes.keep == 1) {
      if (there.x) { before[at.x] = r.x; }
      if (there.y) { before[at.y] = r.y; }
      if (there.z) { before[at.z] = r.z; }
      if (there.w) { before[at.w] = r.w; }
    }
    r = activate4(r);
    if (sizes.gate > 0) {
      r = through4(r, vec4f(open[at.x], open[at.y], open[at.z], open[at.w]));
    }
  }
  if (there.x) { y[at.x] = r.x; }
  if (there.y) { y[at.y] = r.y; }
  if (there.z) { y[at.z] = r.z; }
  if (there.w) { y[at.w] = r.w; }
}
`

const putQuad = `
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
`

const productText = `  let q = l % $quarter;
  let row = l / $quarter;
  let column = l % $columns;
  let channel = l / $columns;
@start
  @sums var s$i_$j = vec4f();
  for (var step = begin; step < end; step++) {
    @rows var v$i = vec4f();
@step
    @weights panel[$at] = weight(first_weight + step * $panel + $at);
    @rows image[($at) * $quarter + q] = v$i;
    workgroupBarrier();
    for (var i = 0; i < $k; i++) {
      @pixels let p$j = image[i * $quarter + column + $apart];
      @channels let w$i = panel[i * $m4 + channel + $apart];
      @sums s$i_$j = fma(vec4f($w), p$j, s$i_$j);
    }
    workgroupBarrier();
  }
  let base = part * total * sizes.groups * sizes.m;
@end
}
`

const spacedStart = `  let p = vec4i(i32(id.x) * $n + q) + vec4i(0, 1, 2, 3) * $quarter;
  let top = select(vec4i(-(1 << 20)), p % area / sizes.wo * sizes.stride_h - sizes.top, p < vec4i(total));
  let left = p % area % sizes.wo * sizes.stride_w - sizes.left;
  let base_a = (p / area * sizes.groups + group) * sizes.a * plane.x;
  let base_b = p / area * sizes.b * plane.y;
`

const spacedStep = `    let tap = step % $taps;
    let chunk = step / $taps;
    var y0 = top + tap / $kw * sizes.dilation_h;
    var x0 = left + tap % $kw * sizes.dilation_w;
    var inside = (y0 >= vec4i()) & (x0 >= vec4i());
@spread
    inside &= (y0 < vec4i(sizes.h)) & (x0 < vec4i(sizes.w));
    if (chunk < sizes.chunks) {
      let at = select(vec4i(), base_a + (y0 >> vec4u(u32(sizes.up))) * wide + (x0 >> vec4u(u32(sizes.up))), inside);
      @rows { let c = chunk * $k + $at; let i = at + min(c, sizes.a - 1) * plane.x; v$i = select(vec4f(), vec4f(a[i.x], a[i.y], a[i.z], a[i.w]), inside & vec4<bool>(c < sizes.a)); }
    } else {
      let at = select(vec4i(), base_b + y0 * sizes.w + x0, inside);
      @rows { let c = (chunk - sizes.chunks) * $k + $at; let i = at + min(c, sizes.b - 1) * plane.y; v$i = select(vec4f(), vec4f(b[i.x], b[i.y], b[i.z], b[i.w]), inside & vec4<bool>(c < sizes.b)); }
    }
@scaled
`

const spreadText = `    let whole = vec2i(sizes.spread_h, sizes.spread_w);
    inside &= (y0 % whole.x == vec4i()) & (x0 % whole.y == vec4i());
    y0 /= whole.x;
    x0 /= whole.y;
`

// scaledSpaced and scaledQuad multiply what was read by its channel's number.
const scaledSpaced = `    if (sizes.scaled == 1) {
      let first = min(p / area, vec4i(sizes.n - 1)) * sizes.a;
      @rows { let i = first + min(chunk * $k + $at, sizes.a - 1); v$i *= vec4f(b[i.x], b[i.y], b[i.z], b[i.w]); }
    }
`

const scaledQuad = `    if (sizes.scaled == 1) {
      let first = min(p0 / area, sizes.n - 1) * sizes.a;
      @rows { let i = first + min(chunk * $k + $at, sizes.a - 1); v$i *= b[i / 4][i & 3]; }
    }
`

const flatStep = `    @rows v$i = of_row(step * $k + $at, top, left, base_a, base_b, plane, wide);
`

const quadStart = `  let p0 = i32(id.x) * $n + q * 4;
  let x = p0 % area % sizes.wo;
  let top = select(-(1 << 20), p0 % area / sizes.wo - sizes.top, p0 < total);
  let base_a = (p0 / area * sizes.groups + group) * sizes.a * plane.x;
  let base_b = p0 / area * sizes.b * plane.y;
`

const quadStep = `    let tap = step % $taps;
    let chunk = step / $taps;
    let y0 = top + tap / $kw;
    let dx = tap % $kw - sizes.left;
    let inside = y0 >= 0 && y0 < sizes.h;
    if (chunk >= sizes.chunks) {
      let at = base_b + y0 * sizes.w + x;
      @rows { let c = (chunk - sizes.chunks) * $k + $at; v$i = four_b(at + c * plane.y, x, dx, inside && c < sizes.b); }
    } else if (sizes.up == 0) {
      let at = base_a + y0 * sizes.w + x;
      @rows { let c = chunk * $k + $at; v$i = four_a(at + c * plane.x, x, dx, inside && c < sizes.a); }
    } else {
      let at = base_a + (y0 >> 1) * wide + (x >> 1);
      @rows { let c = chunk * $k + $at; v$i = twice_a(at + c * plane.x, x, dx, inside && c < sizes.a); }
    }
@scaled
`

// Ends store one sum after another. Written out for every sum, what may follow it would be most of the shader and of what a driver takes to compile it.
const spacedEnd = `  for (var j = 0; j < $across; j++) {
    let o = vec4i(i32(id.x) * $n + column + j * $columns) + vec4i(0, 1, 2, 3) * $quarter;
    let there = o < vec4i(total);
    let to = select(vec4i(), vec4i(base) + o / area * sizes.groups * sizes.m * area + o % area, there);
@finish
      if (c < sizes.m) { put(to + (group * sizes.m + c) * area, there, group * sizes.m + c, sum); }
    }
  }
`

const quadEnd = `  for (var j = 0; j < $across; j++) {
    let o = i32(id.x) * $n + column * 4 + j * $columns * 4;
    let to = base + o / area * sizes.groups * sizes.m * area + o % area;
@finish
      if (c < sizes.m && o < total) { put((to + (group * sizes.m + c) * area) / 4, group * sizes.m + c, sum); }
    }
  }
`

const patchEnd = `  for (var j = 0; j < $across; j++) {
    let r = vec4i(upper + row + 4 * j) + vec4i(0, 1, 2, 3);
    let there = (r < vec4i(sizes.ho)) & vec4<bool>(left + x < sizes.wo);
    let to = select(vec4i(), vec4i((part * sizes.n + picture) * sizes.groups * sizes.m * area) + r * sizes.wo + left + x, there);
@finish
      if (c < sizes.m) { put(to + (group * sizes.m + c) * area, there, group * sizes.m + c, sum); }
    }
  }
`

// finishText is what all ends do with a column's sums.
const finishText = `    for (var i = 0; i < $tm; i++) {
      let c = lowest + channel * 4 + i / 4 * $high + i % 4;
      var sum = vec4f();
      switch (i * $across + j) {
        @sums case $at: { sum = s$i_$j; }
        default: {}
      }
`

// flatText reads a row of a step: four pixels under a tap of a channel.
const flatText = `
fn of_row(k: i32, top: vec4i, left: vec4i, base_a: vec4i, base_b: vec4i, plane: vec2i, wide: i32) -> vec4f {
  let c = k / $taps;
  let y0 = top + k % $taps / $kw * sizes.dilation_h;
  let x0 = left + k % $taps % $kw * sizes.dilation_w;
  let inside = (y0 >= vec4i()) & (x0 >= vec4i()) & (y0 < vec4i(sizes.h)) & (x0 < vec4i(sizes.w)) & vec4<bool>(c < sizes.a + sizes.b);
  if (c < sizes.a) {
    let i = select(vec4i(), base_a + c * plane.x + (y0 >> vec4u(u32(sizes.up))) * wide + (x0 >> vec4u(u32(sizes.up))), inside);
    return select(vec4f(), vec4f(a[i.x], a[i.y], a[i.z], a[i.w]), inside);
  }
  let i = select(vec4i(), base_b + (c - sizes.a) * plane.y + y0 * sizes.w + x0, inside);
  return select(vec4f(), vec4f(b[i.x], b[i.y], b[i.z], b[i.w]), inside);
}
`

// patchText sums pixels one above the other, so that three rows of the filter
// share what is read; neighbours' lie beside, in other banks.
const patchText = `  let across = (sizes.wo + 15) / 16;
  let down = (sizes.ho + $height - 1) / $height;
  let picture = i32(id.x) / (across * down);
  let upper = i32(id.x) / across % down * $height;
  let left = i32(id.x) % across * 16;
  let x = l % 16;
  let row = l % $columns / 16 * $tn;
  let channel = l / $columns;
  @sums var s$i_$j = vec4f();
  for (var step = begin; step < end; step++) {
    for (var e = l; e < $k * $rows * 18; e += $threads) {
      let line = e / 18;
      let y0 = upper + line % $rows - sizes.top;
      let x0 = left + e % 18 - sizes.left;
      let inside = y0 >= 0 && y0 < sizes.h && x0 >= 0 && x0 < sizes.w;
      if (step < sizes.chunks) {
        let c = step * $k + line / $rows;
        let there = inside && c < sizes.a;
        let at = ((picture * sizes.groups + group) * sizes.a + c) * plane.x + (y0 >> u32(sizes.up)) * wide + (x0 >> u32(sizes.up));
        image[line * 20 + e % 18] = select(0.0, a[select(0, at, there)], there);
      } else {
        let c = (step - sizes.chunks) * $k + line / $rows;
        let there = inside && c < sizes.b;
        let at = (picture * sizes.b + c) * plane.y + y0 * sizes.w + x0;
        image[line * 20 + e % 18] = select(0.0, b[select(0, at, there)], there);
      }
    }
    @weights panel[$at] = weight(first_weight + step * $panel + $at);
    workgroupBarrier();
    for (var c = 0; c < $k; c++) {
      for (var kx = 0; kx < 3; kx++) {
        let o = (c * $rows + row) * 20 + x + kx;
        let u = (kx * $k + c) * $m4 + channel;
        @column let q$j = image[o + $j * 20];
        @taps
      }
    }
    workgroupBarrier();
  }
@end
}
`
