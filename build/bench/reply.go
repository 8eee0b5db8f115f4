package bench

import "math"

// Tasks beside those that are timed.
const (
	Check  = "check"  // compare logits and gradient with the job's
	Device = "device" // name what computes
	Probe  = "probe"  // measure what it can do at best
	Cost   = "cost"   // how much was downloaded
)

// Reply answers a task.
type Reply struct {
	Error        string       `json:"error,omitempty"`
	Milliseconds float64      `json:"ms"`
	Since        float64      `json:"since"` // ms from the start of the page; 0 where there is none
	Device       string       `json:"device,omitempty"`
	Software     bool         `json:"software,omitempty"` // whether the processor plays the GPU
	Check        *Comparison  `json:"check,omitempty"`
	Peaks        Peaks        `json:"peaks"`
	Bytes        int64        `json:"bytes"` // downloaded, compressed
	Trace        []TracedStep `json:"trace,omitempty"`
	Outside      float64      `json:"outside,omitempty"` // share of the traced runs that is outside their steps
}

// Comparison is how far a contender's numbers lie from the job's.
type Comparison struct {
	Logits   float64 `json:"logits"`   // ‖got − want‖ / ‖want‖
	Gradient float64 `json:"gradient"` // likewise
	Signs    float64 `json:"signs"`    // share of the gradient's signs that agree
}

// Right is whether the numbers are the job's: float32 flips near-tied ReLUs and
// max-pool choices, so that a correct gradient may lie some 1e-3 away.
func (c *Comparison) Right() bool {
	return c.Logits < 1e-3 && c.Gradient < 2e-2 && c.Signs > 0.995
}

// Compare compares with a job's results.
func Compare(j *Job, logits, gradient []float32) *Comparison {
	agree := 0
	for i, want := range j.Gradient {
		if sign(want) == sign(gradient[i]) {
			agree++
		}
	}
	return &Comparison{difference(logits, j.Logits), difference(gradient, j.Gradient), float64(agree) / float64(len(gradient))}
}

func sign(v float32) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func difference(got, want []float32) float64 {
	var difference, norm float64
	for i, w := range want {
		d := float64(got[i]) - float64(w)
		difference += d * d
		norm += float64(w) * float64(w)
	}
	return math.Sqrt(difference / norm)
}
