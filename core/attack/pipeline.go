package attack

// Pipeline computes work(0) … work(n−1) in goroutines, as many at a time as lanes says before each is begun (at least
// one), and passes the results on in order, in the caller's goroutine. The first error of either in that order ends
// it, and a panic goes on in the caller. When it returns, nothing is under way.
func Pipeline[T any](n int, lanes func() int, work func(i int) (T, error), each func(i int, result T) error) error {
	type outcome struct {
		result   T
		err      error
		panicked any
	}
	var underway []chan outcome // the oldest first
	defer func() {
		for _, o := range underway {
			<-o
		}
	}()
	next := 0
	for i := range n {
		for ; next < n && next-i < lanes(); next++ {
			at, out := next, make(chan outcome, 1)
			underway = append(underway, out)
			go func() {
				var o outcome
				defer func() {
					o.panicked = recover()
					out <- o
				}()
				o.result, o.err = work(at)
			}()
		}
		o := <-underway[0]
		underway = underway[1:]
		if o.panicked != nil {
			panic(o.panicked)
		}
		if o.err != nil {
			return o.err
		}
		if err := each(i, o.result); err != nil {
			return err
		}
	}
	return nil
}
