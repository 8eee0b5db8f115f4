package bench

import (
	"slices"
	"time"
)

// Time is what a task takes, in milliseconds, after a run that warms up.
type Time struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Runs   int     `json:"runs"`
	GFLOPs float64 `json:"gflops"` // per second, of the convolutions, at the median
	// CPU is what all cores together spent on a run, the mean, since it is counted
	// in ticks of 10 ms; 0 where unknown. It hardly depends on what else the
	// machine does.
	CPU float64 `json:"cpu"`
}

// sample is how long a contender's runs of a task took.
type sample struct {
	times []float64 // ms
	cpu   []float64 // ms
	spent time.Duration
}

// rest is what lies between two turns: the threads of some contenders
// (OpenMP's, for one) keep a core busy after their work is done.
const rest = 300 * time.Millisecond

// warm makes a contender ready for a task.
func (s *sample) warm(r *Running, task string) error {
	_, err := r.Do(warmUp(task))
	return err
}

// take is a run that counts.
func (s *sample) take(r *Running, task string) error {
	time.Sleep(rest)
	began, before := time.Now(), usageOf(r.process.Process.Pid)
	reply, err := r.Do(task)
	s.spent += time.Since(began)
	if err != nil {
		return err
	}
	after := usageOf(r.process.Process.Pid)
	s.times = append(s.times, reply.Milliseconds)
	s.cpu = append(s.cpu, (after.cpu-before.cpu).Seconds()*1000)
	return nil
}

func (s *sample) summary(flops int) Time {
	slices.Sort(s.times)
	median := s.times[len(s.times)/2]
	cpu := 0.0
	for _, ms := range s.cpu {
		cpu += ms / float64(len(s.cpu))
	}
	return Time{median, s.times[0], s.times[len(s.times)-1], len(s.times), float64(flops) / median / 1e6, cpu}
}
