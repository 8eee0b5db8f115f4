package bench

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Result is what was measured of one contender at one job.
type Result struct {
	Contender string  `json:"contender"`
	Runs      string  `json:"runs"`
	Backend   string  `json:"backend"`
	Device    string  `json:"device"`
	Software  bool    `json:"software"` // whether the processor plays the GPU
	Model     string  `json:"model"`
	Size      int     `json:"size"`
	First     float64 `json:"first"`  // ms from a cold start to the first prediction
	Bytes     int64   `json:"bytes"`  // downloaded for that, compressed; without the model
	Memory    int64   `json:"memory"` // bytes at the peak, browser included; 0 where unknown
	Peaks     Peaks   `json:"peaks"`
	Held      float64 `json:"held"` // memory of the gradient's plan over what must be live at once
	// Of a traced gradient, of our own contenders:
	Outside      float64         `json:"outside"`      // share of the time outside kernels
	Convolutions float64         `json:"convolutions"` // GFLOP/s of its convolutions
	Check        *Comparison     `json:"check"`
	Times        map[string]Time `json:"times"` // by task
	Error        string          `json:"error,omitempty"`
}

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

// Effort bounds a measurement.
type Effort struct {
	Tasks  []string
	Runs   int           // counted runs of a task
	Budget time.Duration // after which a contender's task is not repeated
}

// Measure has contenders do a job one after another, task by task in turns, so
// that what else the machine does hits all of them.
func Measure(j *Job, folder string, contenders []Contender, effort Effort, log io.Writer) []Result {
	results := make([]Result, len(contenders))
	running := make([]*Running, len(contenders))
	for i, c := range contenders {
		results[i] = Result{Contender: c.Name, Runs: c.Runs, Backend: c.Backend, Model: j.Name, Size: j.Size, Times: map[string]Time{}}
		var err error
		if running[i], err = c.Start(folder); err == nil {
			defer running[i].Close()
			err = results[i].open(running[i])
			results[i].Held = j.Held
		}
		results[i].note(err, log)
	}
	for _, task := range effort.Tasks {
		samples := make([]sample, len(contenders))
		for round := range effort.Runs + 1 {
			for i, r := range running {
				warm := task == Forward || task == Gradient // they have been checked
				if results[i].Error != "" || !slices.Contains(r.Tasks, task) || round == 0 && warm || round > 1 && samples[i].spent > effort.Budget {
					continue
				}
				results[i].note(samples[i].take(r, task, round > 0), log)
			}
		}
		for i, s := range samples {
			if len(s.times) > 0 {
				results[i].Times[task] = s.summary(j.FLOPs[task])
				fmt.Fprintf(log, "%s, %s: %.1f ms\n", task, results[i].title(), results[i].Times[task].Median)
			}
		}
	}
	for i, r := range running {
		if results[i].Error == "" {
			results[i].note(results[i].close(r), log)
		}
	}
	return results
}

// open is the cold start, and then the check.
func (r *Result) open(c *Running) error {
	first, err := c.Do(Forward)
	if err != nil {
		return err
	}
	r.First = first.Since
	device, err := c.Do(Device)
	if err != nil {
		return err
	}
	check, err := c.Do(Check)
	r.Device, r.Software, r.Check = device.Device, device.Software, check.Check
	return err
}

// close asks for what does not count as a task.
func (r *Result) close(c *Running) error {
	cost, err := c.Do(Cost)
	if err != nil {
		return err
	}
	probe, err := c.Do(Probe)
	r.Bytes, r.Peaks = cost.Bytes, probe.Peaks
	r.Memory = usageOf(c.process.Process.Pid).memory
	if err != nil || c.Name != Ours {
		return err
	}
	trace, err := c.Do(TraceTask(Gradient))
	r.Outside, r.Convolutions = trace.Outside, convolutions(trace.Trace)
	return err
}

func (r *Result) note(err error, log io.Writer) {
	if err != nil {
		r.Error = err.Error()
		fmt.Fprintf(log, "%s (%s, %s): %v\n", r.Contender, r.Runs, r.Backend, err)
	}
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

func (s *sample) take(r *Running, task string, counts bool) error {
	time.Sleep(rest)
	began, before := time.Now(), usageOf(r.process.Process.Pid)
	reply, err := r.Do(task)
	s.spent += time.Since(began)
	if counts && err == nil {
		s.times = append(s.times, reply.Milliseconds)
		s.cpu = append(s.cpu, (usageOf(r.process.Process.Pid).cpu-before.cpu).Seconds()*1000)
	}
	return err
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
