override N: i32;
override H: i32;
override W: i32;
override KH: i32;
override KW: i32;
override StrideH: i32;
override StrideW: i32;
override DilationH: i32;
override DilationW: i32;
override Top: i32;
override Left: i32;
override Bottom: i32;
override Right: i32;

override Ho = (H + Top + Bottom - (KH - 1) * DilationH - 1) / StrideH + 1;
override Wo = (W + Left + Right - (KW - 1) * DilationW - 1) / StrideW + 1;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = i32(id.y * groups.x * 64 + id.x);
  if (i >= N * Ho * Wo) {
    return;
  }
  let n = i / (Ho * Wo);
  // The window's taps inside the image.
  let apart = vec2i(DilationW, DilationH);
  let corner = vec2i(i % Wo, i / Wo % Ho) * vec2i(StrideW, StrideH) - vec2i(Left, Top);
  let low = corner + (max(apart - 1 - corner, vec2i()) / apart) * apart;
  let high = min(corner + vec2i(KW - 1, KH - 1) * apart + 1, vec2i(W, H));
  var best = x[(n * H + low.y) * W + low.x];
  for (var row = low.y; row < high.y; row += DilationH) {
    for (var column = low.x; column < high.x; column += DilationW) {
      let v = x[(n * H + row) * W + column];
      best = select(v, select(best, v, v > best), isNumber(v)); // a NaN stays, which max may leave out
    }
  }
  y[i] = best;
}
