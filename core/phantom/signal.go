package phantom

import "math"

// The tissues a slice may be painted with.
const (
	air = iota
	fat
	marrow
	bone
	skin
	muscle
	mucosa
	water // vitreous humour and cysts
	fluid // cerebrospinal fluid
	grey
	white
	dura
	vein // blood with contrast agent
	necrosis
	oedema
	gliomaRim
	meningiomaMass
	pituitaryMass
	blood
	myocardium
	liver
	lung
	tissues
)

// substance holds what the signal equations need. Relaxation times are in
// milliseconds at 1.5 T and 3 T.
type substance struct {
	density    float64 // protons, relative to water
	t1, t2     [2]float64
	bound      float64 // share of the signal lost to magnetisation transfer from the other slices' pulses
	gadolinium float64 // typical uptake of contrast agent, mmol/l
}

// Relaxation times are rounded from: Haacke et al., Magnetic Resonance
// Imaging: Physical Principles and Sequence Design, 1999 (1.5 T); Wansapura
// et al., J Magn Reson Imaging 9:531, 1999 (brain at 3 T); Stanisz et al.,
// Magn Reson Med 54:507, 2005 (muscle, blood, liver and heart); de Bazelaire
// et al., Radiology 230:652, 2004 (fat and marrow). Magnetisation transfer in
// multi-slice imaging: Dixon et al., Magn Reson Imaging 8:417, 1990. Tumours
// and uptake are chosen to give the contrast seen in clinical slices.
var substances = [tissues]substance{
	air:            {},
	fat:            {0.85, [2]float64{260, 380}, [2]float64{70, 68}, 0, 0},
	marrow:         {0.80, [2]float64{450, 580}, [2]float64{49, 49}, 0.05, 0.1},
	bone:           {0.05, [2]float64{400, 500}, [2]float64{5, 5}, 0, 0},
	skin:           {0.70, [2]float64{500, 700}, [2]float64{35, 35}, 0.2, 0.2},
	muscle:         {0.80, [2]float64{950, 1400}, [2]float64{46, 44}, 0.2, 0.12},
	mucosa:         {0.85, [2]float64{1000, 1300}, [2]float64{80, 75}, 0.1, 0.35},
	water:          {1.00, [2]float64{3800, 4000}, [2]float64{800, 700}, 0.1, 0},
	fluid:          {1.00, [2]float64{4500, 4500}, [2]float64{2000, 2000}, 0, 0},
	grey:           {0.80, [2]float64{950, 1330}, [2]float64{100, 100}, 0.2, 0.03},
	white:          {0.70, [2]float64{600, 830}, [2]float64{80, 75}, 0.18, 0.01},
	dura:           {0.70, [2]float64{900, 1200}, [2]float64{50, 50}, 0.15, 0.7},
	vein:           {0.85, [2]float64{1400, 1900}, [2]float64{200, 150}, 0, 1.6},
	necrosis:       {0.95, [2]float64{3000, 3200}, [2]float64{400, 350}, 0, 0},
	oedema:         {0.85, [2]float64{1250, 1600}, [2]float64{140, 130}, 0.1, 0},
	gliomaRim:      {0.85, [2]float64{1200, 1500}, [2]float64{120, 110}, 0.1, 0.45},
	meningiomaMass: {0.85, [2]float64{1100, 1400}, [2]float64{90, 85}, 0.12, 0.34},
	pituitaryMass:  {0.85, [2]float64{1100, 1400}, [2]float64{95, 90}, 0.12, 0.33},
	blood:          {0.90, [2]float64{1440, 1930}, [2]float64{290, 275}, 0, 0},
	myocardium:     {0.80, [2]float64{1030, 1470}, [2]float64{40, 47}, 0.1, 0},
	liver:          {0.75, [2]float64{580, 810}, [2]float64{46, 38}, 0.1, 0},
	lung:           {0.15, [2]float64{1100, 1300}, [2]float64{20, 15}, 0, 0},
}

// r1 is the relaxivity of a clinical gadolinium chelate, 1/(mmol/l · s).
const r1 = 4.5

// spinEcho is every tissue's signal S = ρ (1 − exp(−TR/T1)) exp(−TE/T2) in a
// T1-weighted multi-slice spin echo after contrast agent.
func spinEcho(d dice) (signal [tissues]float64) {
	field := 0
	if d.chance(0.4) {
		field = 1
	}
	repetition := d.between(400, 650)
	echo := d.between(8, 16)
	uptake := d.between(0.8, 1.25)
	for i, s := range substances {
		if s.density == 0 {
			continue
		}
		t1 := s.t1[field] * d.between(0.95, 1.05)
		t1 = 1 / (1/t1 + r1*s.gadolinium*uptake/1000)
		signal[i] = s.density * (1 - s.bound) * (1 - math.Exp(-repetition/t1)) * math.Exp(-echo/s.t2[field])
	}
	return signal
}

// steadyState is every tissue's signal in balanced steady-state free
// precession, for a repetition time far below T1 and T2:
// S = ρ sin α / (1 + cos α + (1 − cos α) T1/T2).
func steadyState(d dice) (signal [tissues]float64) {
	angle := d.between(45, 65) * math.Pi / 180
	for i, s := range substances {
		if s.density == 0 {
			continue
		}
		ratio := s.t1[0] / s.t2[0] * d.between(0.95, 1.05)
		signal[i] = s.density * math.Sin(angle) / (1 + math.Cos(angle) + (1-math.Cos(angle))*ratio)
	}
	return signal
}
