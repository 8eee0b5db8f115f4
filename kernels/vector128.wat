;; The loops of vector.go in WebAssembly's 128-bit vector instructions, working
;; in place on Go's memory: n elements, a multiple of four, in the scalar loops'
;; order of operations and with a rounding for each. All addresses are bytes.
;; It is assembled into simd128.wasm, see simd128.wat.
(module
  (import "go" "mem" (memory 0))

  ;; dst = scale·x + shift; with relu what is negative then is 0.
  (func (export "scaleShift")
    (param $dst i32) (param $x i32) (param $n i32) (param $scale f32) (param $shift f32) (param $relu i32)
    (local $end i32) (local $a v128) (local $b v128) (local $floor v128)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (local.set $a (f32x4.splat (local.get $scale)))
    (local.set $b (f32x4.splat (local.get $shift)))
    (local.set $floor (f32x4.splat (select (f32.const 0) (f32.const -inf) (local.get $relu))))
    (loop $step
      (v128.store align=4 (local.get $dst)
        (f32x4.max (local.get $floor)
          (f32x4.add (f32x4.mul (local.get $a) (v128.load align=4 (local.get $x))) (local.get $b))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; dst = x where open > 0, else 0.
  (func (export "gated") (param $dst i32) (param $x i32) (param $open i32) (param $n i32)
    (local $end i32)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (v128.store align=4 (local.get $dst)
        (v128.and (v128.load align=4 (local.get $x))
          (f32x4.gt (v128.load align=4 (local.get $open)) (v128.const f32x4 0 0 0 0))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $open (i32.add (local.get $open) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; dst = a + b.
  (func (export "add") (param $dst i32) (param $a i32) (param $b i32) (param $n i32)
    (local $end i32)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (v128.store align=4 (local.get $dst)
        (f32x4.add (v128.load align=4 (local.get $a)) (v128.load align=4 (local.get $b))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; dst = a · b.
  (func (export "multiply") (param $dst i32) (param $a i32) (param $b i32) (param $n i32)
    (local $end i32)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (v128.store align=4 (local.get $dst)
        (f32x4.mul (v128.load align=4 (local.get $a)) (v128.load align=4 (local.get $b))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; dst = a·x + b·y + c.
  (func (export "combine")
    (param $dst i32) (param $x i32) (param $y i32) (param $n i32) (param $a f32) (param $b f32) (param $c f32)
    (local $end i32) (local $va v128) (local $vb v128) (local $vc v128)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (local.set $va (f32x4.splat (local.get $a)))
    (local.set $vb (f32x4.splat (local.get $b)))
    (local.set $vc (f32x4.splat (local.get $c)))
    (loop $step
      (v128.store align=4 (local.get $dst)
        (f32x4.add
          (f32x4.add (f32x4.mul (local.get $va) (v128.load align=4 (local.get $x)))
                     (f32x4.mul (local.get $vb) (v128.load align=4 (local.get $y))))
          (local.get $vc)))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; Σ x in float64.
  (func (export "sum") (param $x i32) (param $n i32) (result f64)
    (local $end i32) (local $v v128) (local $a v128) (local $b v128)
    (local.set $end (call $ends (local.get $x) (local.get $n)))
    (loop $step
      (local.set $v (v128.load align=4 (local.get $x)))
      (local.set $a (f64x2.add (local.get $a) (f64x2.promote_low_f32x4 (local.get $v))))
      (local.set $v (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $v) (local.get $v)))
      (local.set $b (f64x2.add (local.get $b) (f64x2.promote_low_f32x4 (local.get $v))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $x) (local.get $end))))
    (local.set $a (f64x2.add (local.get $a) (local.get $b)))
    (f64.add (f64x2.extract_lane 0 (local.get $a)) (f64x2.extract_lane 1 (local.get $a))))

  ;; out[0] = Σ g, out[1] = Σ g·(x − mean).
  (func (export "products") (param $out i32) (param $g i32) (param $x i32) (param $n i32) (param $mean f32)
    (local $end i32) (local $v v128) (local $m v128) (local $a v128) (local $b v128)
    (local.set $end (call $ends (local.get $g) (local.get $n)))
    (local.set $m (f32x4.splat (local.get $mean)))
    (loop $step
      (local.set $v (v128.load align=4 (local.get $g)))
      (local.set $a (f32x4.add (local.get $a) (local.get $v)))
      (local.set $b (f32x4.add (local.get $b)
        (f32x4.mul (local.get $v) (f32x4.sub (v128.load align=4 (local.get $x)) (local.get $m)))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $g) (local.get $end))))
    (f32.store (local.get $out) (call $lanes (local.get $a)))
    (f32.store offset=4 (local.get $out) (call $lanes (local.get $b))))

  ;; dst = ln(1 + eˣ), as softplus32.
  (func (export "softplus") (param $dst i32) (param $x i32) (param $n i32)
    (local $end i32) (local $v v128) (local $u v128) (local $s v128) (local $q v128)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (local.set $v (v128.load align=4 (local.get $x)))
      (local.set $u (call $exp (f32x4.neg (f32x4.abs (local.get $v)))))
      (local.set $s (f32x4.div (local.get $u) (f32x4.add (v128.const f32x4 2 2 2 2) (local.get $u))))
      (local.set $q (f32x4.mul (local.get $s) (local.get $s)))
      (local.set $u 
        (f32x4.add (v128.const f32x4 0.3333333432674408 0.3333333432674408 0.3333333432674408 0.3333333432674408) (f32x4.mul (local.get $q) (f32x4.add (v128.const f32x4 0.20000000298023224 0.20000000298023224 0.20000000298023224 0.20000000298023224) (f32x4.mul (local.get $q) (f32x4.add (v128.const f32x4 0.1428571492433548 0.1428571492433548 0.1428571492433548 0.1428571492433548) (f32x4.mul (local.get $q) (f32x4.add (v128.const f32x4 0.1111111119389534 0.1111111119389534 0.1111111119389534 0.1111111119389534) (f32x4.mul (local.get $q) (f32x4.add (v128.const f32x4 0.09090909361839294 0.09090909361839294 0.09090909361839294 0.09090909361839294) (f32x4.mul (local.get $q) (f32x4.add (v128.const f32x4 0.07692307978868484 0.07692307978868484 0.07692307978868484 0.07692307978868484) (f32x4.mul (local.get $q) (v128.const f32x4 0.06666667014360428 0.06666667014360428 0.06666667014360428 0.06666667014360428))))))))))))))
      (v128.store align=4 (local.get $dst)
        (f32x4.add (f32x4.max (local.get $v) (v128.const f32x4 0 0 0 0))
          (f32x4.mul (v128.const f32x4 2 2 2 2)
            (f32x4.add (local.get $s) (f32x4.mul (f32x4.mul (local.get $s) (local.get $q)) (local.get $u))))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; dst = x/(1 + e⁻ˣ).
  (func (export "swish") (param $dst i32) (param $x i32) (param $n i32)
    (local $end i32) (local $v v128)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (local.set $v (f32x4.max (v128.load align=4 (local.get $x)) (v128.const f32x4 -1000 -1000 -1000 -1000)))
      (v128.store align=4 (local.get $dst)
        (f32x4.div (local.get $v) (f32x4.add (v128.const f32x4 1 1 1 1) (call $exp (f32x4.neg (local.get $v))))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; dst = dy·σ(x)·(1 + x·(1 − σ(x))).
  (func (export "swishGrad") (param $dst i32) (param $x i32) (param $dy i32) (param $n i32)
    (local $end i32) (local $v v128) (local $s v128)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (local.set $v (f32x4.min
        (f32x4.max (v128.load align=4 (local.get $x)) (v128.const f32x4 -1000 -1000 -1000 -1000))
        (v128.const f32x4 1000 1000 1000 1000)))
      (local.set $s (call $sigmoid (local.get $v)))
      (v128.store align=4 (local.get $dst)
        (f32x4.mul (v128.load align=4 (local.get $dy))
          (f32x4.mul (local.get $s)
            (f32x4.add (v128.const f32x4 1 1 1 1) (f32x4.mul (local.get $v) (f32x4.sub (v128.const f32x4 1 1 1 1) (local.get $s)))))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $dy (i32.add (local.get $dy) (i32.const 16)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; dst[i] = the largest of top[2i], top[2i+1], bottom[2i], bottom[2i+1].
  (func (export "maxOfFour") (param $dst i32) (param $top i32) (param $bottom i32) (param $n i32)
    (local $end i32) (local $v v128) (local $w v128)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (local.set $v (f32x4.max (v128.load align=4 (local.get $top)) (v128.load align=4 (local.get $bottom))))
      (local.set $w (f32x4.max (v128.load offset=16 align=4 (local.get $top)) (v128.load offset=16 align=4 (local.get $bottom))))
      (v128.store align=4 (local.get $dst)
        (f32x4.max
          (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $v) (local.get $w))
          (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $v) (local.get $w))))
      (local.set $top (i32.add (local.get $top) (i32.const 32)))
      (local.set $bottom (i32.add (local.get $bottom) (i32.const 32)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; The gradient of maxOfFour: dy[i] goes to the first of the largest, in up or
  ;; down, the others get 0.
  (func (export "toFirstOfFour")
    (param $up i32) (param $down i32) (param $top i32) (param $bottom i32) (param $dy i32) (param $n i32)
    (local $end i32) (local $v v128) (local $w v128) (local $d v128) (local $best v128) (local $found v128)
    (local $a v128) (local $b v128) (local $c v128) (local $e v128)
    (local.set $end (call $ends (local.get $dy) (local.get $n)))
    (loop $step
      (local.set $v (v128.load align=4 (local.get $top)))
      (local.set $w (v128.load offset=16 align=4 (local.get $top)))
      (local.set $a (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $v) (local.get $w)))
      (local.set $b (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $v) (local.get $w)))
      (local.set $v (v128.load align=4 (local.get $bottom)))
      (local.set $w (v128.load offset=16 align=4 (local.get $bottom)))
      (local.set $c (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $v) (local.get $w)))
      (local.set $e (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $v) (local.get $w)))
      (local.set $d (v128.load align=4 (local.get $dy)))
      (local.set $best (f32x4.max (f32x4.max (local.get $a) (local.get $b)) (f32x4.max (local.get $c) (local.get $e))))
      ;; Each becomes its part of dy, in the order of the rows.
      (local.set $found (f32x4.eq (local.get $a) (local.get $best)))
      (local.set $a (v128.and (local.get $d) (local.get $found)))
      (local.set $b (v128.andnot (f32x4.eq (local.get $b) (local.get $best)) (local.get $found)))
      (local.set $found (v128.or (local.get $found) (local.get $b)))
      (local.set $b (v128.and (local.get $d) (local.get $b)))
      (local.set $c (v128.andnot (f32x4.eq (local.get $c) (local.get $best)) (local.get $found)))
      (local.set $found (v128.or (local.get $found) (local.get $c)))
      (local.set $c (v128.and (local.get $d) (local.get $c)))
      (local.set $e (v128.andnot (f32x4.eq (local.get $e) (local.get $best)) (local.get $found)))
      (local.set $e (v128.and (local.get $d) (local.get $e)))
      (v128.store align=4 (local.get $up)
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))
      (v128.store offset=16 align=4 (local.get $up)
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))
      (v128.store align=4 (local.get $down)
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $e)))
      (v128.store offset=16 align=4 (local.get $down)
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $e)))
      (local.set $top (i32.add (local.get $top) (i32.const 32)))
      (local.set $bottom (i32.add (local.get $bottom) (i32.const 32)))
      (local.set $up (i32.add (local.get $up) (i32.const 32)))
      (local.set $down (i32.add (local.get $down) (i32.const 32)))
      (local.set $dy (i32.add (local.get $dy) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dy) (local.get $end)))))

  ;; dst[2i] = dst[2i+1] = x[i].
  (func (export "twice") (param $dst i32) (param $x i32) (param $n i32)
    (local $end i32) (local $a v128) (local $b v128)
    (local.set $end (call $ends (local.get $x) (local.get $n)))
    (loop $step
      (local.set $a (v128.load align=4 (local.get $x)))
      (local.set $b (local.get $a))
      (v128.store align=4 (local.get $dst)
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))
      (v128.store offset=16 align=4 (local.get $dst)
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 32)))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $x) (local.get $end)))))

  ;; dst[i] = 0 + top[2i] + top[2i+1] + bottom[2i] + bottom[2i+1], in that order.
  (func (export "sumOfFour") (param $dst i32) (param $top i32) (param $bottom i32) (param $n i32)
    (local $end i32) (local $v v128) (local $w v128) (local $s v128)
    (local.set $end (call $ends (local.get $dst) (local.get $n)))
    (loop $step
      (local.set $v (v128.load align=4 (local.get $top)))
      (local.set $w (v128.load offset=16 align=4 (local.get $top)))
      (local.set $s (f32x4.add (v128.const f32x4 0 0 0 0)
        (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $v) (local.get $w))))
      (local.set $s (f32x4.add (local.get $s)
        (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $v) (local.get $w))))
      (local.set $v (v128.load align=4 (local.get $bottom)))
      (local.set $w (v128.load offset=16 align=4 (local.get $bottom)))
      (local.set $s (f32x4.add (local.get $s)
        (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $v) (local.get $w))))
      (v128.store align=4 (local.get $dst)
        (f32x4.add (local.get $s)
          (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $v) (local.get $w))))
      (local.set $top (i32.add (local.get $top) (i32.const 32)))
      (local.set $bottom (i32.add (local.get $bottom) (i32.const 32)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
      (br_if $step (i32.lt_u (local.get $dst) (local.get $end)))))

  ;; Where n floats from p on end.
  (func $ends (param $p i32) (param $n i32) (result i32)
    (i32.add (local.get $p) (i32.shl (local.get $n) (i32.const 2))))

  ;; The sum of a vector's four lanes.
  (func $lanes (param $v v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $v)) (f32x4.extract_lane 1 (local.get $v)))
      (f32.add (f32x4.extract_lane 2 (local.get $v)) (f32x4.extract_lane 3 (local.get $v)))))

  (func $sigmoid (param $x v128) (result v128)
    (f32x4.div (v128.const f32x4 1 1 1 1) (f32x4.add (v128.const f32x4 1 1 1 1) (call $exp (f32x4.neg (local.get $x))))))

  ;; eˣ, as exp32.
  (func $exp (param $x v128) (result v128)
    (local $shifted v128) (local $k v128) (local $r v128)
    (local.set $x (f32x4.min (f32x4.max (local.get $x) (v128.const f32x4 -87 -87 -87 -87)) (v128.const f32x4 87 87 87 87)))
    (local.set $shifted (f32x4.add (f32x4.mul (local.get $x) (v128.const f32x4 1.4426950408889634 1.4426950408889634 1.4426950408889634 1.4426950408889634)) (v128.const f32x4 12582912 12582912 12582912 12582912)))
    (local.set $k (f32x4.sub (local.get $shifted) (v128.const f32x4 12582912 12582912 12582912 12582912)))
    (local.set $r (f32x4.sub
      (f32x4.sub (local.get $x) (f32x4.mul (local.get $k) (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375)))
      (f32x4.mul (local.get $k) (v128.const f32x4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))))
    (f32x4.mul (i32x4.add (i32x4.shl (local.get $shifted) (i32.const 23)) (v128.const f32x4 1 1 1 1))
      (f32x4.add (v128.const f32x4 1 1 1 1) (f32x4.add (local.get $r)
        (f32x4.mul (f32x4.mul (local.get $r) (local.get $r)) 
          (f32x4.add (v128.const f32x4 0.5 0.5 0.5 0.5) (f32x4.mul (local.get $r) (f32x4.add (v128.const f32x4 0.1666666716337204 0.1666666716337204 0.1666666716337204 0.1666666716337204) (f32x4.mul (local.get $r) (f32x4.add (v128.const f32x4 0.0416666679084301 0.0416666679084301 0.0416666679084301 0.0416666679084301) (f32x4.mul (local.get $r) (f32x4.add (v128.const f32x4 0.008333333767950535 0.008333333767950535 0.008333333767950535 0.008333333767950535) (f32x4.mul (local.get $r) (f32x4.add (v128.const f32x4 0.0013888889225199819 0.0013888889225199819 0.0013888889225199819 0.0013888889225199819) (f32x4.mul (local.get $r) (v128.const f32x4 0.00019841270113829523 0.00019841270113829523 0.00019841270113829523 0.00019841270113829523))))))))))))))))
)
