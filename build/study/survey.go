package study

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"segfault/build/data"
	"segfault/core/lab"
)

// item is a slice to attack.
type item struct {
	pair  data.Pair
	slice int
}

// leftOut is a scan, or a slice of one, that cannot be attacked, and why.
type leftOut struct{ image, why string }

// survey opens the shard's scans on every core and lists the slices whose mask is
// not empty, or those whose mask is, in the order of the folder.
func (c *Config) survey(ctx context.Context, pairs []data.Pair, empty bool) ([]item, []leftOut, error) {
	found := make([][]item, len(pairs))
	problems := make([]*leftOut, len(pairs))
	err := c.onEveryCore(ctx, len(pairs), func(i int) error {
		usable, err := c.usable(pairs[i], empty)
		if err != nil {
			problems[i] = &leftOut{pairs[i].Name, oneLine(err)}
		}
		for _, s := range usable {
			found[i] = append(found[i], item{pairs[i], s})
		}
		return nil
	})
	var left []leftOut
	for _, p := range problems {
		if p != nil {
			left = append(left, *p)
		}
	}
	return slices.Concat(found...), left, err
}

// noneUsable is the error of so many scans that are all left out.
func noneUsable(scans int, left []leftOut) error {
	return fmt.Errorf("study: of %s none could be used; the first: %s: %s", plural(scans, "scan"), left[0].image, left[0].why)
}

// oneLine is an error fit for a line of a list.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// usable lists the slices of a scan that show something, or those that do not.
func (c *Config) usable(p data.Pair, empty bool) ([]int, error) {
	if strings.ContainsAny(p.Name, "\r\n") {
		return nil, errors.New("its name holds a line break")
	}
	s, err := c.open(p)
	if err != nil {
		return nil, err
	}
	var list []int
	for i := range s.Truth.Slices {
		labels, err := s.Truth.Flat(i)
		if err != nil {
			return nil, err
		}
		if (slices.Max(labels) == 0) == empty {
			list = append(list, i)
		}
	}
	switch {
	case len(list) > 0:
		return list, nil
	case empty:
		return nil, errors.New("there is something to find in every slice")
	}
	return nil, errors.New("its mask is empty")
}

// open reads a scan. A mask without classes of its own is of the class whose
// mark the file's name carries.
func (c *Config) open(p data.Pair) (*lab.Subject, error) {
	s, err := p.Open()
	if err != nil {
		return nil, err
	}
	names := c.Models[0].About.Classes
	if s.Truth.Classes > 0 || s.Truth.Highest() > 1 || len(names) == 1 {
		return s, nil
	}
	class := -1
	if at := data.ClassOf(p.Name, c.Classes); at >= 0 {
		class = slices.Index(names, c.Classes[at].Name)
	}
	if class < 0 {
		return nil, fmt.Errorf("its mask does not say which of %s it shows, and its name carries none of their marks; see -classes", strings.Join(names, ", "))
	}
	for i := range s.Truth.Layers[0] {
		s.Truth.Layers[0][i] *= uint8(class + 1)
	}
	s.Named = true
	return s, nil
}

// cores is how many are used.
func (c *Config) cores() int {
	if c.Cores < 1 {
		return runtime.GOMAXPROCS(0)
	}
	return c.Cores
}

// onEveryCore calls f for 0…n-1 until one fails or the context ends.
func (c *Config) onEveryCore(ctx context.Context, n int, f func(i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var workers sync.WaitGroup
	for range c.cores() {
		workers.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					cancel(err)
				}
			}
		})
	}
feed:
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

func writeLeftOut(path string, left []leftOut) error {
	records := [][]string{{"image", "why"}}
	for _, l := range left {
		records = append(records, []string{l.image, l.why})
	}
	content, err := encodeCSV(records)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	return writeWhole(path, content)
}

// readLeftOut says also whether the file is there: whether its shard is finished.
func readLeftOut(path string) (left []leftOut, finished bool, err error) {
	content, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("study: %w", err)
	}
	records, err := decodeCSV(content)
	if err != nil {
		return nil, false, fmt.Errorf("study: %s: %w", path, err)
	}
	for _, r := range records[1:] {
		left = append(left, leftOut{r[0], r[1]})
	}
	return left, true, nil
}
