#include "textflag.h"

// The loops of vector.go over pairs, 2×2 pixels to one and back, in AVX2. n, of
// the smaller image, is a multiple of 8, above 0. Within their lanes, shuffles
// divide a row into its even and odd pixels: the eight of each have the order
// 0 1 4 5 2 3 6 7, and VPERMPD $0xd8 takes that order to the plain one and back.

// EVEN and ODD are every other pixel of the sixteen in v and w.
#define EVEN(v, w, dst) VSHUFPS $0x88, w, v, dst
#define ODD(v, w, dst) VSHUFPS $0xdd, w, v, dst

// MAX is Go's max, dst = max(a, b): 0 where only one is −0, NaN where either is.
#define MAX(a, b, dst, t) \
	VMAXPS a, b, dst \
	VMAXPS b, a, t \
	VANDPS t, dst, dst \
	VCMPPS $3, a, b, t \
	VORPS t, dst, dst

// func maxOfFourAVX2(dst, top, bottom *float32, n int)
TEXT ·maxOfFourAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ top+8(FP), SI
	MOVQ bottom+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*8), Y0
	VMOVUPS 32(SI)(AX*8), Y1
	VMOVUPS (DX)(AX*8), Y2
	VMOVUPS 32(DX)(AX*8), Y3
	MAX(Y0, Y2, Y4, Y5)
	MAX(Y1, Y3, Y6, Y7)
	EVEN(Y4, Y6, Y0)
	ODD(Y4, Y6, Y1)
	MAX(Y0, Y1, Y2, Y3)
	VPERMPD $0xd8, Y2, Y2
	VMOVUPS Y2, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// TAKE makes of x its part of dy (Y5): where it is the best (Y4) and none before
// it was (Y6).
#define TAKE(x) \
	VCMPPS $0, Y4, x, x \
	VANDNPS x, Y6, x \
	VORPS x, Y6, Y6 \
	VANDPS Y5, x, x

// func toFirstOfFourAVX2(up, down, top, bottom, dy *float32, n int)
TEXT ·toFirstOfFourAVX2(SB), NOSPLIT, $0-48
	MOVQ up+0(FP), DI
	MOVQ down+8(FP), R8
	MOVQ top+16(FP), SI
	MOVQ bottom+24(FP), DX
	MOVQ dy+32(FP), R9
	MOVQ n+40(FP), CX
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*8), Y8
	VMOVUPS 32(SI)(AX*8), Y9
	EVEN(Y8, Y9, Y0)
	ODD(Y8, Y9, Y1)
	VMOVUPS (DX)(AX*8), Y8
	VMOVUPS 32(DX)(AX*8), Y9
	EVEN(Y8, Y9, Y2)
	ODD(Y8, Y9, Y3)
	VPERMPD $0xd8, (R9)(AX*4), Y5
	VMAXPS Y0, Y1, Y4
	VMAXPS Y2, Y3, Y7
	VMAXPS Y4, Y7, Y4
	VCMPPS $3, Y0, Y1, Y6 // a NaN: none is the largest
	VCMPPS $3, Y2, Y3, Y7
	VORPS Y7, Y6, Y6
	TAKE(Y0)
	TAKE(Y1)
	TAKE(Y2)
	TAKE(Y3)
	VUNPCKLPS Y1, Y0, Y8
	VUNPCKHPS Y1, Y0, Y9
	VMOVUPS Y8, (DI)(AX*8)
	VMOVUPS Y9, 32(DI)(AX*8)
	VUNPCKLPS Y3, Y2, Y8
	VUNPCKHPS Y3, Y2, Y9
	VMOVUPS Y8, (R8)(AX*8)
	VMOVUPS Y9, 32(R8)(AX*8)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func twiceAVX2(dst, x *float32, n int)
TEXT ·twiceAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	XORQ AX, AX

loop:
	VPERMPD $0xd8, (SI)(AX*4), Y0
	VUNPCKLPS Y0, Y0, Y1
	VUNPCKHPS Y0, Y0, Y2
	VMOVUPS Y1, (DI)(AX*8)
	VMOVUPS Y2, 32(DI)(AX*8)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET

// func sumOfFourAVX2(dst, top, bottom *float32, n int)
//
// The first addition makes −0 of the sum 0, as a sum from 0 on is.
TEXT ·sumOfFourAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ top+8(FP), SI
	MOVQ bottom+16(FP), DX
	MOVQ n+24(FP), CX
	VXORPS Y15, Y15, Y15
	XORQ AX, AX

loop:
	VMOVUPS (SI)(AX*8), Y0
	VMOVUPS 32(SI)(AX*8), Y1
	VMOVUPS (DX)(AX*8), Y2
	VMOVUPS 32(DX)(AX*8), Y3
	EVEN(Y0, Y1, Y4)
	ODD(Y0, Y1, Y5)
	VADDPS Y4, Y15, Y4
	VADDPS Y5, Y4, Y4
	EVEN(Y2, Y3, Y5)
	VADDPS Y5, Y4, Y4
	ODD(Y2, Y3, Y5)
	VADDPS Y5, Y4, Y4
	VPERMPD $0xd8, Y4, Y4
	VMOVUPS Y4, (DI)(AX*4)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  loop
	VZEROUPPER
	RET
