package bench

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Patience is how long a contender may take to answer: a cold start with all its compiling may be longer than any run.
func (e Effort) Patience() time.Duration { return 3 * e.Limit }

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
	// LeftOut are tasks that were expected to take too long, with the milliseconds expected.
	LeftOut map[string]float64 `json:"leftOut,omitempty"`
	Error   string             `json:"error,omitempty"`

	pace float64 // ms a FLOP when last measured; 0 where unknown
}

// Effort bounds a measurement.
type Effort struct {
	Tasks  []string
	Runs   int           // counted runs of a task
	Budget time.Duration // after which a contender's task is not repeated
	Limit  time.Duration // a run that is expected to take longer is left out
}

// Measure has contenders do a job one after another, task by task in turns, so
// that what else the machine does hits all of them.
func Measure(j *Job, folder string, contenders []Contender, effort Effort, log io.Writer) []Result {
	results := make([]Result, len(contenders))
	running := make([]*Running, len(contenders))
	for i, c := range contenders {
		results[i] = Result{Contender: c.Name, Runs: c.Runs, Backend: c.Backend, Model: j.Name, Size: j.Size,
			Times: map[string]Time{}, LeftOut: map[string]float64{}}
		var err error
		if running[i], err = c.Start(folder, effort.Patience()); err == nil {
			defer running[i].Close()
			err = results[i].open(running[i], j)
			results[i].Held = j.Held
		}
		results[i].note(err, log)
	}
	for _, task := range effort.Tasks {
		samples := make([]sample, len(contenders))
		for round := range effort.Runs + 1 {
			for i, r := range running {
				result, s := &results[i], &samples[i]
				switch {
				case result.Error != "" || !slices.Contains(r.Tasks, task):
				case result.expected(j.work(task)) > effort.Limit:
					result.LeftOut[task] = result.expected(j.work(task)).Seconds() * 1000
				case round == 0 && (task == Forward || task == Gradient): // they have been checked
				case round == 0:
					result.note(s.warm(r, task), log)
				case round == 1 || s.spent < effort.Budget:
					result.note(s.take(r, task), log)
				}
			}
		}
		for i, s := range samples {
			if len(s.times) > 0 {
				t := s.summary(j.work(task))
				results[i].Times[task], results[i].pace = t, t.Median/float64(j.work(task))
				fmt.Fprintf(log, "%s, %s: %.1f ms\n", task, results[i].title(), t.Median)
			}
		}
	}
	for i, r := range running {
		if results[i].Error == "" {
			results[i].note(results[i].close(r, slices.Contains(effort.Tasks, Gradient)), log)
		}
	}
	return results
}

// expected is how long so many FLOPs would take at the contender's last pace.
func (r *Result) expected(flops int) time.Duration {
	return time.Duration(r.pace * float64(flops) * float64(time.Millisecond))
}

// open is the cold start, and then the check.
func (r *Result) open(c *Running, j *Job) error {
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
	r.pace = check.Milliseconds / float64(j.work(Forward)+j.work(Gradient))
	return err
}

// close asks for what does not count as a task.
func (r *Result) close(c *Running, traced bool) error {
	cost, err := c.Do(Cost)
	if err != nil {
		return err
	}
	probe, err := c.Do(Probe)
	r.Bytes, r.Peaks = cost.Bytes, probe.Peaks
	r.Memory = usageOf(c.process.Process.Pid).memory
	if err != nil || c.Name != Ours || !traced {
		return err
	}
	trace, err := c.Do(TraceTask(Gradient))
	r.Outside, r.Convolutions = trace.Outside, convolutions(trace.Trace)
	return err
}

// note keeps the first error.
func (r *Result) note(err error, log io.Writer) {
	if err != nil && r.Error == "" {
		r.Error = err.Error()
		fmt.Fprintf(log, "%s (%s, %s): %v\n", r.Contender, r.Runs, r.Backend, err)
	}
}
