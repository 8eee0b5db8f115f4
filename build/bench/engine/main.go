// Command engine is Segfault as a contender of the bench: it reads tasks from
// standard input, one a line, and answers each with a line of JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"segfault/build/bench"
	"segfault/core"
	"segfault/core/attack"
)

func main() {
	folder := flag.String("job", "", "folder of the job")
	name := flag.String("backend", "cpu", "cpu or webgpu")
	flag.Parse()
	e, err := open(*folder, *name)
	encoder := json.NewEncoder(os.Stdout)
	for tasks := bufio.NewScanner(os.Stdin); tasks.Scan(); {
		var reply bench.Reply
		if err == nil {
			reply, err = e.perform(context.Background(), tasks.Text())
		}
		if err != nil {
			reply = bench.Reply{Error: err.Error()}
		}
		if err := encoder.Encode(reply); err != nil {
			os.Exit(1)
		}
	}
}

type engine struct {
	job      *bench.Job
	backend  core.Backend
	session  *attack.Session
	device   string
	gpu      bool
	software bool // whether the processor plays the GPU
}

func open(folder, name string) (*engine, error) {
	e := &engine{}
	var err error
	if e.job, err = bench.OpenJob(folder); err != nil {
		return nil, err
	}
	if e.backend, e.device, e.software, err = openBackend(name); err != nil {
		return nil, err
	}
	e.gpu = name == "webgpu"
	e.session, err = attack.NewSession(e.backend, e.job.Net, e.job.Size, e.job.Size)
	return e, err
}

func (e *engine) perform(ctx context.Context, task string) (r bench.Reply, err error) {
	j := e.job
	a := bench.Attack(task)
	began := time.Now()
	switch task {
	case bench.Forward:
		_, err = e.session.Predict(ctx, j.Image)
	case bench.Gradient:
		_, err = e.session.Gradient(ctx, j.Problem(), a.Objective)
	case bench.Check:
		var logits []float32
		var g *attack.Gradient
		if logits, err = e.session.Predict(ctx, j.Image); err != nil {
			return r, err
		}
		if g, err = e.session.Gradient(ctx, j.Problem(), a.Objective); err != nil {
			return r, err
		}
		r.Check = bench.Compare(j, logits, g.Values)
	case bench.Device:
		r.Device, r.Software = e.device, e.software
	case bench.Probe:
		r.Peaks, err = bench.MeasurePeaks(ctx, e.backend, e.gpu)
	case bench.TraceTask(bench.Forward):
		r.Trace, r.Outside, err = j.Trace(ctx, e.backend, bench.Forward)
	case bench.TraceTask(bench.Gradient):
		r.Trace, r.Outside, err = j.Trace(ctx, e.backend, bench.Gradient)
	case bench.Cost: // a browser answers this itself; nothing else downloads
	default:
		if bench.StepsOf(task) == 0 {
			return r, fmt.Errorf("bench: unknown task %q", task)
		}
		_, _, err = e.session.Run(ctx, j.Problem(), a, nil)
	}
	r.Milliseconds = time.Since(began).Seconds() * 1000
	return r, err
}
