package lab

import (
	"errors"
	"sync/atomic"

	"segfault/core"
	"segfault/core/attack"
)

// sessions are the models at work on the backend, the least recently used first.
type sessions struct {
	list []*session
	room *Room
}

// session is a model at work at one size of its input.
type session struct {
	attacks *attack.Session
	place   place
	users   atomic.Int32
}

// place is what a session is for.
type place struct {
	model         *model
	height, width int
}

// keptBytes is how much memory programs may keep that are not in use, and keptSessions how many models and sizes are remembered.
const (
	keptBytes    = 1 << 30
	keptSessions = 16
)

// session is the model of a question at work on the backend.
func (l *Lab) session(q *question) (*session, error) {
	at := place{model: q.model}
	at.height, at.width = q.subject.InputSize(q.model.Model)
	for i, s := range l.sessions.list {
		if s.place == at {
			l.sessions.list = append(append(l.sessions.list[:i:i], l.sessions.list[i+1:]...), s)
			return s, nil
		}
	}
	if l.sessions.room == nil {
		l.sessions.room = NewRoom(watched{l.compute.Backend, l}, l.kept)
	}
	made, err := attack.NewSession(l.sessions.room, q.model.Net, at.height, at.width)
	if err != nil {
		return nil, err
	}
	for i := 0; len(l.sessions.list) >= keptSessions && i < len(l.sessions.list); i++ {
		if s := l.sessions.list[i]; s.users.Load() == 0 {
			s.attacks.Close()
			l.sessions.list = append(l.sessions.list[:i:i], l.sessions.list[i+1:]...)
		}
	}
	s := &session{attacks: made, place: at}
	l.sessions.list = append(l.sessions.list, s)
	return s, nil
}

// leave closes all sessions.
func (l *Lab) leave() {
	for _, s := range l.sessions.list {
		s.attacks.Close()
	}
	l.sessions = sessions{}
}

// with does work with a question's model. Where the GPU fails and the backend was ours to choose, the CPU does it again.
func (c *call) with(q *question, stage string, work func(*attack.Session) error) error {
	l := c.lab
	for {
		backend, err := c.once(q, stage, work)
		if err == nil || c.Err() != nil || backend == nil {
			return err
		}
		if _, model := errors.AsType[*attack.NotFinite](err); model {
			return as(BadFile, attack.Of(q.model.about.Name, q.model.Input.String(), err))
		}
		if !l.compute.FallBack(backend, err) {
			if l.compute.OnGPU() {
				err = as(BadDevice, err)
			}
			return err
		}
		c.changed = true
	}
}

// once does work on the backend that there is, which is nil where it came to none.
func (c *call) once(q *question, stage string, work func(*attack.Session) error) (core.Backend, error) {
	_, leave, err := c.turn(&c.lab.pool.own)
	if err != nil {
		return nil, err
	}
	defer leave()
	backend := c.lab.compute.Backend
	s, err := c.lab.session(q)
	if err != nil {
		return nil, as(BadFile, err)
	}
	c.stage = stage
	s.users.Add(1)
	defer s.users.Add(-1)
	return backend, work(s.attacks)
}

// noted is lab.info, if the backend had to be changed on the way.
func (c *call) noted() *Info {
	if !c.changed {
		return nil
	}
	info := c.lab.info()
	return &info
}
