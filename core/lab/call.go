package lab

import (
	"context"
	"time"
)

// Watch hears of a call while it is under way.
type Watch struct {
	Begun    func() // it is its turn
	Progress func(stage string, done, total int)
	// Sketch, unless it is nil, sees now and then what an attack has reached, some ten times a second.
	Sketch func(done, total int, s *Sketch)
	// Enough, unless it is nil, says whether an attack on a slice is to end with the best until then.
	Enough func() bool
}

type watchKey struct{}

// Watched is a context whose call is watched.
func Watched(ctx context.Context, w Watch) context.Context {
	return context.WithValue(ctx, watchKey{}, w)
}

// watch is who hears of a context's call.
func watch(ctx context.Context) Watch {
	w, ok := ctx.Value(watchKey{}).(Watch)
	if !ok {
		return Watch{Begun: func() {}, Progress: func(string, int, int) {}}
	}
	return w
}

// Tell tells how far a host is that works for a context's call.
func Tell(ctx context.Context, stage string, done, total int) {
	watch(ctx).Progress(stage, done, total)
}

// call is one use of a lab on its way, or a part of it that goes on by itself.
type call struct {
	context.Context
	*account
	lab      *Lab
	holds    bool        // the lab
	computes bool        // in the lab's turn; see pool
	stage    string      // of the progress that a computation's steps are told as; "" for none
	alone    bool        // it is of one slice, and may be ended with the best until then
	looks    bool        // at a run that is under way
	quiet    func() bool // whether progress is not to be told now; may be nil
}

// account is what the parts of a call have in common.
type account struct {
	watch    Watch
	began    time.Time
	breathed time.Time // when the host last could while this computed
	time     struct{ plan, run, read time.Duration }
	uses     []*Subject
	changed  bool // the backend had to be changed on the way
}

// begin waits until it is a call's turn.
func (l *Lab) begin(ctx context.Context) (*call, error) {
	c := &call{Context: ctx, account: &account{watch: watch(ctx), began: time.Now(), breathed: time.Now()}, lab: l}
	if err := c.take(); err != nil {
		return nil, err
	}
	c.watch.Begun()
	return c, nil
}

// end ends a call.
func (c *call) end() {
	c.give()
	for _, s := range c.uses {
		c.lab.use(s, -1)
	}
}

// part is a call's part that takes turns of its own.
func (c *call) part() *call { return &call{Context: c.Context, account: c.account, lab: c.lab} }

// take waits for the lab; a call that ends while it waits gets no turn.
func (c *call) take() error {
	if err := c.Err(); err != nil {
		return err
	}
	select {
	case c.lab.bench <- struct{}{}:
		c.holds, c.lab.at = true, c
		c.lab.turns++
		return nil
	case <-c.Done():
		return c.Err()
	}
}

// give lets others have the lab.
func (c *call) give() {
	if c.holds {
		c.holds, c.lab.at = false, nil
		<-c.lab.bench
	}
}

// away waits for something while others have the lab. What others may have changed since is to be looked at anew.
func (c *call) away(wait func() error) error {
	c.give()
	err := wait()
	if ended := c.take(); ended != nil {
		return ended
	}
	return err
}

// hushed says whether others tell of the call now.
func (c *call) hushed() bool { return c.quiet != nil && c.quiet() }

func (c *call) progress(stage string, done, total int) {
	if !c.hushed() {
		c.watch.Progress(stage, done, total)
	}
}

// Milliseconds are where a call's time went.
type Milliseconds struct {
	Plan  float64 `json:"plan"`
	Run   float64 `json:"run"`
	Read  float64 `json:"read"`
	Total float64 `json:"total"`
}

func (a *account) milliseconds() Milliseconds {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return Milliseconds{ms(a.time.plan), ms(a.time.run), ms(a.time.read), ms(time.Since(a.began))}
}

// add adds where a helper's time went.
func (a *account) add(ms Milliseconds) {
	for _, one := range []struct {
		to   *time.Duration
		took float64
	}{{&a.time.plan, ms.Plan}, {&a.time.run, ms.Run}, {&a.time.read, ms.Read}} {
		*one.to += time.Duration(one.took * float64(time.Millisecond))
	}
}
