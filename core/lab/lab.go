package lab

import (
	"context"
	"fmt"
	"sync"
)

// Lab is a workbench: models, scans, what was found in them, and a backend. Several goroutines may use it at once: one at a time is
// at work, and lets others while it waits for something.
type Lab struct {
	host    Host
	release Release

	bench chan struct{} // holds one that is at work
	at    *call         // whose it is
	turns int           // how often somebody has waited for it

	compute   Compute
	pool      pool
	sessions  sessions
	kept      int64 // bytes of programs that are not in use
	models    []*model
	means     map[string]*model // of several of these, by their names
	things    Things            // *Subject, *Result or *volume
	gradients gradients
	paintings map[easel]*painting
}

// New is an empty lab, on the CPU until another backend is chosen.
func New(host Host) *Lab {
	l := &Lab{host: host, bench: make(chan struct{}, 1), kept: keptBytes, means: map[string]*model{}, paintings: map[easel]*painting{}}
	l.compute = Compute{Machine: host, Leave: l.leave}
	l.compute.useCPU("The CPU, as long as nothing else is chosen.")
	return l
}

// subject finds a scan, which the call uses from now on.
func (c *call) subject(id int) (*Subject, error) {
	s, ok := c.lab.things.Get(id).(*Subject)
	if !ok {
		return nil, fmt.Errorf("segfault: this scan is not loaded, or was released; load it again")
	}
	c.hold(s)
	return s, nil
}

// hold keeps a scan's files as long as the call goes on.
func (c *call) hold(s *Subject) {
	c.uses = append(c.uses, s)
	c.lab.use(s, 1)
}

// keep keeps a result, with its scan's files, until it is released or many newer ones have come.
func (l *Lab) keep(r saveable) int {
	id, old := l.things.KeepResult(r)
	l.use(r.about(), 1)
	l.drop(old)
	return id
}

// drop gives up what is not kept any more.
func (l *Lab) drop(thing any) {
	switch thing := thing.(type) {
	case saveable:
		l.use(thing.about(), -1)
	case *Subject:
		l.gradients.drop(thing)
		for _, at := range thing.easels() {
			delete(l.paintings, at)
		}
		l.use(thing, -1)
	}
}

// Result finds what an attack or a prediction left behind.
func (l *Lab) Result(id int) (*Result, error) {
	c, err := l.begin(context.Background())
	if err != nil {
		return nil, err
	}
	defer c.end()
	r, ok := l.things.Get(id).(*Result)
	if !ok {
		return nil, errGone("looked at")
	}
	return r, nil
}

// ReleaseParams are scans and results that are not wanted any more.
type ReleaseParams struct {
	IDs []int `json:"ids"`
}

// Nothing is a reply that says nothing.
type Nothing struct{}

// Release forgets scans and results.
func (l *Lab) Release(ctx context.Context, p *ReleaseParams) (*Nothing, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	for _, id := range p.IDs {
		l.drop(l.things.Release(id))
	}
	return nil, nil
}

// users count who uses a scan's files: the lab until it is released, calls under way, results.
type users struct {
	sync.Mutex
	count int
}

// use counts users of a scan. When there are none, its files are given back.
func (l *Lab) use(s *Subject, more int) {
	s.users.Lock()
	defer s.users.Unlock()
	if s.users.count += more; s.users.count == 0 {
		l.host.Forget(s.Scan)
	}
}

func errGone(what string) error {
	return fmt.Errorf("segfault: what should be %s is not there any more; load or compute it again", what)
}
