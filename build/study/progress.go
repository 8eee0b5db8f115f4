package study

import (
	"fmt"
	"io"
	"time"
)

// progress tells how far a run is and when it will end. Its owner locks it.
type progress struct {
	log         io.Writer
	rows, total int     // of the whole shard, earlier runs' included
	done, cost  float64 // of this run
	began, told time.Time
}

// tellEvery is how long a run may be silent.
const tellEvery = 5 * time.Second

func newProgress(log io.Writer, total, missing int, cost float64) *progress {
	p := &progress{log: log, rows: total - missing, total: total, cost: cost, began: time.Now()}
	if p.rows > 0 {
		fmt.Fprintf(log, "going on after %d of %d attacks\n", p.rows, total)
	}
	return p
}

// add counts rows that are written, or whose scan was left out.
func (p *progress) add(rows int, cost float64) {
	p.rows += rows
	p.done += cost
	now := time.Now()
	if now.Sub(p.told) < tellEvery && p.done < p.cost {
		return
	}
	p.told = now
	left := time.Duration(float64(now.Sub(p.began)) * (p.cost/p.done - 1))
	fmt.Fprintf(p.log, "%d of %d attacks, %s left\n", p.rows, p.total, left.Round(time.Second))
}
