// Weights as a tile reads them (tile.go): panels of m channels out, in each the
// steps, in each k rows, in each the panel's channels; zeros where there are none.

override Half: bool; // whether to write 2¹⁰ times their values as float16, two to a word

struct Sizes {
  count: i32,
  m: i32, // channels of a panel
  k: i32, // channels, or rows, of a step
  kh: i32, // taps of w
  kw: i32,
  a: i32, // channels of the sources, in one group
  b: i32,
  out: i32, // channels out, in one group
  flat: i32, // whether a row is of a channel and a tap, else a step is of k channels' one tap
  sum: i32, // how many taps in each direction become one
  flip: i32, // whether the filter is reversed
  first: i32, // where the first weight lies
  next: i32, // and the next channel out
  source: i32, // the next channel in
  group: i32, // and the next group
  panels: i32,
  runs: i32, // of k rows, in a panel
}

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read_write> packed: array<u32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn packed_weight(at: i32) -> f32 {
  let wide = sizes.kw + sizes.sum - 1;
  let taps = (sizes.kh + sizes.sum - 1) * wide;
  var i = at / sizes.m;
  let row = i % sizes.k;
  i /= sizes.k;
  let g = i / (sizes.panels * sizes.runs);
  let out = i / sizes.runs % sizes.panels * sizes.m + at % sizes.m;
  i %= sizes.runs;
  var c = (i * sizes.k + row) / taps;
  var tap = (i * sizes.k + row) % taps;
  var there = out < sizes.out && c < sizes.a + sizes.b;
  if (sizes.flat == 0) {
    let chunk = i / taps;
    let chunks = (sizes.a + sizes.k - 1) / sizes.k;
    tap = i % taps;
    c = chunk * sizes.k + row;
    there = out < sizes.out && c < sizes.a;
    if (chunk >= chunks) {
      c = (chunk - chunks) * sizes.k + row;
      there = out < sizes.out && c < sizes.b;
      c += sizes.a;
    }
  }
  if (!there) {
    return 0.0;
  }
  let at_channel = g * sizes.group + sizes.first + out * sizes.next + c * sizes.source;
  var total = 0.0;
  for (var y = max(0, tap / wide - sizes.sum + 1); y <= min(tap / wide, sizes.kh - 1); y++) {
    for (var x = max(0, tap % wide - sizes.sum + 1); x <= min(tap % wide, sizes.kw - 1); x++) {
      let t = y * sizes.kw + x;
      total += w[at_channel + select(t, sizes.kh * sizes.kw - 1 - t, sizes.flip == 1)];
    }
  }
  return total;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (Half) {
    if (i < sizes.count / 2) {
      packed[i] = pack2x16float(vec2f(packed_weight(2 * i), packed_weight(2 * i + 1)) * 0x1p10);
    }
  } else if (i < sizes.count) {
    packed[i] = bitcast<u32>(packed_weight(i));
  }
}
