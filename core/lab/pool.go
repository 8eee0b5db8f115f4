package lab

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"segfault/core/attack"
)

// Helpers are workers beside the one that a lab is in, each with a lab of its own that only computes; see [Lab.Compute].
type Helpers interface {
	// Wake starts the helper of a number, from 0 on, where it is not there: it may come to take so many bytes. It fails where there is no such
	// helper, or not the room.
	Wake(ctx context.Context, helper int, bytes int64) error
	// Help has a helper that was woken do a task. It is ErrEnded where it has ended over it, and ErrNobody where it has ended before and there is
	// not the room for another in its place.
	Help(ctx context.Context, helper int, bytes int64, t *Task, asks Asks) (*Done, error)
	// Settle is what a helper asks, while it does a task of a number, of the lab that gave it; see [attack.Own].
	Settle(ctx context.Context, task int, moved []float32) ([]float32, error)
}

// What becomes of helpers.
var (
	ErrEnded  = errors.New("lab: a helper has ended")
	ErrNobody = errors.New("lab: there is no such helper")
)

// Asks are what a helper asks and tells on its way.
type Asks struct {
	Settle   func(moved []float32) (image []float32, err error)
	Progress func(stage string, done, total int) (enough bool) // the best until then is to be the result
}

// Alone are the Helpers of a host that has none.
type Alone struct{}

// Wake implements Helpers.
func (Alone) Wake(context.Context, int, int64) error { return errors.ErrUnsupported }

// Help implements Helpers.
func (Alone) Help(context.Context, int, int64, *Task, Asks) (*Done, error) {
	return nil, errors.ErrUnsupported
}

// Settle implements Helpers.
func (Alone) Settle(context.Context, int, []float32) ([]float32, error) {
	return nil, errors.ErrUnsupported
}

// pool is who computes for a lab that has no GPU: the lab itself, and helpers, which have places for some attacks each.
type pool struct {
	sync.Mutex
	busy    bool   // the lab itself
	helpers []seat // by their numbers
	own     queue  // for the lab itself
	either  queue  // for the lab or a helper
	asked   bool   // as many helpers were woken as there are
}

// seat is how many attacks a helper has, and may have.
type seat struct{ tasks, places int }

// queue is of those that wait for somebody to compute them, the first first; each hears who does.
type queue []chan int

// places is how many attacks a helper has: it computes one while another waits for what the scan's file makes of its pixels, and the last one's
// answer travels.
const places = 3

// itself is the number of the lab, which is no helper.
const itself = -1

// mostHelpers bounds them, whatever the host says.
const mostHelpers = 63

// many is how many attacks wait at least where helpers are worth waking: whoever looks at one slice has one wait behind what it was left for.
const many = 2

// lanes is how many attacks should be under way for all to be busy, and many to wait.
func (p *pool) lanes() int {
	p.Lock()
	defer p.Unlock()
	lanes := 1 + many
	for _, h := range p.helpers {
		lanes += h.places
	}
	return lanes
}

// waiting is how many attacks wait for somebody to compute them.
func (p *pool) waiting() int {
	p.Lock()
	defer p.Unlock()
	return len(p.either)
}

// add adds a helper.
func (p *pool) add() {
	p.Lock()
	p.helpers = append(p.helpers, seat{places: places})
	p.share()
	p.Unlock()
}

// share gives what waits to those who can take it. Behind what a helper already has only where as much is left for others: at the end nobody is to
// wait for one that has more than the rest.
func (p *pool) share() {
	if !p.busy {
		p.busy = p.own.give(itself) || p.either.give(itself)
	}
	for {
		who, tasks := itself, len(p.either)
		for i, h := range p.helpers {
			if h.tasks < min(h.places, tasks) {
				who, tasks = i, h.tasks
			}
		}
		if who == itself {
			return
		}
		p.helpers[who].tasks++
		p.either.give(who)
	}
}

// give tells the first who computes it, and says whether there is one.
func (q *queue) give(who int) bool {
	if len(*q) == 0 {
		return false
	}
	(*q)[0] <- who
	*q = (*q)[1:]
	return true
}

// join enters a queue; what it returns tells who computes.
func (p *pool) join(q *queue) chan int {
	w := make(chan int, 1)
	p.Lock()
	*q = append(*q, w)
	p.share()
	p.Unlock()
	return w
}

// leave takes one that waits no longer out of a queue, and gives back what it was given.
func (p *pool) leave(q *queue, w chan int) {
	p.Lock()
	for i, one := range *q {
		if one == w {
			*q = append((*q)[:i:i], (*q)[i+1:]...)
			p.Unlock()
			return
		}
	}
	p.Unlock()
	p.done(<-w, false)
}

// done is told when somebody has computed what was given, or gives it back; a place that is lost goes with it.
func (p *pool) done(who int, lost bool) {
	p.Lock()
	if who == itself {
		p.busy = false
	} else {
		p.helpers[who].tasks--
		if lost {
			p.helpers[who].places--
		}
	}
	p.share()
	p.Unlock()
}

// turn waits in a queue for who computes next, the lab itself or a helper, whose number it returns. leave lets the next one. On a GPU, and within
// a turn, nobody has to wait.
func (c *call) turn(q *queue) (who int, leave func(), err error) {
	p := &c.lab.pool
	if c.computes || c.lab.compute.OnGPU() {
		return itself, func() {}, nil
	}
	w := p.join(q)
	select {
	case who = <-w:
	default:
		err = c.away(func() error {
			select {
			case who = <-w:
				w <- who // for whoever reads it below
				return nil
			case <-c.Done():
				return c.Err()
			}
		})
		if err != nil {
			p.leave(q, w)
			return itself, nil, err
		}
		who = <-w
	}
	c.computes = who == itself
	return who, func() {
		if who == itself {
			c.computes = false
		}
		p.done(who, false)
	}, nil
}

// breathe lets the host and other calls have their turn amid a computation.
func (c *call) breathe() {
	if !c.computes {
		c.lab.host.Breathe()
		return
	}
	c.wake()
	for turns := c.lab.turns - 1; turns != c.lab.turns; { // until nobody else has anything to do
		turns = c.lab.turns
		c.give()
		c.lab.host.Breathe()
		c.lab.bench <- struct{}{} // whatever has become of the call
		c.holds, c.lab.at = true, c
	}
}

// wake wakes helpers, once, where many wait. It is asked when the lab has computed something, so that it is known what that takes.
func (c *call) wake() {
	l := c.lab
	if l.pool.asked || l.pool.waiting() < many {
		return
	}
	l.pool.asked = true
	bytes := l.helperBytes()
	go func() {
		for helper := range mostHelpers {
			if l.host.Wake(context.Background(), helper, bytes) != nil {
				return
			}
			l.pool.add()
		}
	}()
}

// keptByHelper bounds the programs that a helper keeps, of which one may be larger.
const keptByHelper = 64 << 20

// helperBytes is what a helper takes: the engine, weights and programs that it keeps, and the largest program there is.
func (l *Lab) helperBytes() int64 {
	const bytes = 192 << 20
	if l.sessions.room == nil {
		return bytes
	}
	return bytes + l.sessions.room.Largest()
}

// attacked does an attack and measures it, in the lab or by a helper.
func (c *call) attacked(q *question, a *answer, p attack.Problem) (*Result, error) {
	pool := &c.lab.pool
	for {
		who, leave, err := c.turn(&pool.either)
		if err != nil {
			return nil, err
		}
		if known := c.lab.gradients.find(q); known != nil && !q.how.Blind() { // by now
			a.gradient = known.gradient
		}
		if who == itself {
			defer leave()
			defer c.wake()
			f, err := c.move(q, a, p)
			if err != nil {
				return nil, err
			}
			return q.measured(a, f)
		}
		done, err := c.helped(who, q, a, p)
		if errors.Is(err, ErrNobody) { // whose place goes with it
			pool.done(who, true)
			continue
		}
		leave()
		if err != nil {
			return nil, err
		}
		if err := c.away(func() error { runtime.Gosched(); return nil }); err != nil { // the helper's next task goes first
			return nil, err
		}
		return q.told(a, done)
	}
}

// helped has a helper do an attack. One that ends over it is replaced, and does it again, once.
func (c *call) helped(who int, q *question, a *answer, p attack.Problem) (*Done, error) {
	task, bytes := q.task(a, p), c.lab.helperBytes()
	asks := Asks{Progress: func(stage string, done, total int) bool {
		c.progress(stage, done, total)
		return c.enough()
	}}
	if p.Own != nil {
		asks.Settle = p.Own.Settle
	}
	var done *Done
	err := c.away(func() (err error) {
		for range 2 {
			if done, err = c.lab.host.Help(c, who, bytes, task, asks); !errors.Is(err, ErrEnded) {
				return err
			}
		}
		return as(NoRoom, errors.New("segfault: a worker that helped has ended twice over the same slice, most likely for want of memory; nothing is lost, try again, or with a smaller model"))
	})
	if err != nil {
		return nil, err
	}
	c.add(done.Took)
	return done, nil
}
