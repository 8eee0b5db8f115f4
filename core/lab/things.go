package lab

// Things are a page's scans and results, by the numbers under which it knows them.
type Things struct {
	things  map[int]any
	results []int // numbers of the results among them, oldest first
	last    int
}

// keptResults bounds the memory of a page that never releases a result.
const keptResults = 16

// Keep keeps a thing until it is released, and gives it a number.
func (t *Things) Keep(thing any) int {
	t.Restore(t.last+1, thing)
	return t.last
}

// Restore keeps a thing under the number that it had before these Things.
func (t *Things) Restore(id int, thing any) {
	if t.things == nil {
		t.things = map[int]any{}
	}
	t.things[id] = thing
	t.Skip(id)
}

// Skip leaves out numbers up to last, which were given before these Things.
func (t *Things) Skip(last int) { t.last = max(t.last, last) }

// KeepResult keeps a result until it is released, or until many newer ones have come: then it returns the oldest, else nil.
func (t *Things) KeepResult(result any) (id int, old any) {
	id = t.Keep(result)
	t.results = append(t.results, id)
	if len(t.results) > keptResults {
		old = t.Release(t.results[0])
	}
	return id, old
}

// Get finds a thing; nil where there is none.
func (t *Things) Get(id int) any { return t.things[id] }

// Release forgets a thing and returns it; nil where there was none.
func (t *Things) Release(id int) any {
	thing := t.things[id]
	delete(t.things, id)
	for i, other := range t.results {
		if other == id {
			t.results = append(t.results[:i:i], t.results[i+1:]...)
			break
		}
	}
	return thing
}
