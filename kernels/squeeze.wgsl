// Two layers of one pixel, one after the other, by one workgroup: what is between
// them stays in it. Several invocations share a sum of the first, which is long.

struct Sizes {
  channels: i32,
  hidden: i32,
  out: i32,
  first_next: i32, // from the weights of one of a layer's sums to the next
  first_step: i32, // and from one to the next of a sum
  last_next: i32,
  last_step: i32,
  first_bias: i32, // whether there is one
  last_bias: i32,
  gate: i32, // the activation by whose slope at open what is between is multiplied
  act: i32, // the activation of what is between
  keep: i32, // whether what it is of is kept
  end: i32, // the activation of the result
  inner: i32, // what is added up for each channel that the first layer reads, where that is done here
  rest_a: i32,
  rest_b: i32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> first: array<f32>;
@group(0) @binding(2) var<storage, read> first_bias: array<f32>;
@group(0) @binding(3) var<storage, read> open: array<f32>;
@group(0) @binding(4) var<storage, read> last: array<f32>;
@group(0) @binding(5) var<storage, read> last_bias: array<f32>;
@group(0) @binding(6) var<storage, read_write> before: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

const sharing = 16;
var<workgroup> parts: array<f32, 256>;
var<workgroup> between: array<f32, 512>;

// What the first layer reads.
fn input_of(i: i32) -> f32 {
  return x[i];
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) index: u32) {
  let l = i32(index);
  for (var lowest = 0; lowest < sizes.hidden; lowest += 256 / sharing) {
    let h = lowest + l / sharing;
    var part = 0.0;
    if (h < sizes.hidden) {
      for (var i = l % sharing; i < sizes.channels; i += sharing) {
        part = fma(first[h * sizes.first_next + i * sizes.first_step], input_of(i), part);
      }
    }
    parts[l] = part;
    workgroupBarrier();
    if (l % sharing == 0 && h < sizes.hidden) {
      var sum = 0.0;
      for (var i = 0; i < sharing; i++) {
        sum += parts[l + i];
      }
      if (sizes.first_bias == 1) {
        sum += first_bias[h];
      }
      if (sizes.keep == 1) {
        before[h] = sum;
      }
      sum = activate(sum, sizes.act);
      if (sizes.gate > 0) {
        sum = through(sum, open[h], sizes.gate);
      }
      between[h] = sum;
    }
    workgroupBarrier();
  }
  for (var o = l; o < sizes.out; o += 256) {
    var sum = 0.0;
    for (var h = 0; h < sizes.hidden; h++) {
      sum = fma(last[o * sizes.last_next + h * sizes.last_step], between[h], sum);
    }
    if (sizes.last_bias == 1) {
      sum += last_bias[o];
    }
    y[o] = activate(sum, sizes.end);
  }
}
