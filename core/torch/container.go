package torch

// What plain containers become. A text is a string, numbers are int64 and float64,
// None is nil.
type (
	list  struct{ items []any }
	tuple []any
	// dict is Python's, in its order; it may have attributes, which count as items.
	dict struct {
		keys, values []any
	}
	// opaque is a value of a known class that is of no use here.
	opaque struct{ class string }
)

// get is the value of a text; nil where there is none.
func (d *dict) get(key string) any {
	for i := len(d.keys) - 1; i >= 0; i-- {
		if d.keys[i] == key {
			return d.values[i]
		}
	}
	return nil
}

func (d *dict) set(pairs []any) {
	for i := 0; i+1 < len(pairs); i += 2 {
		d.keys, d.values = append(d.keys, pairs[i]), append(d.values, pairs[i+1])
	}
}

// container executes an instruction that makes or fills a container.
func (m *machine) container(op byte) {
	switch op {
	case ']', 0x8f: // list, set
		m.push(&list{})
	case '}':
		m.push(&dict{})
	case ')':
		m.push(tuple{})
	case 'l', 0x91: // list, frozen set
		m.push(&list{m.marked()})
	case 't':
		m.push(tuple(m.marked()))
	case 0x85, 0x86, 0x87:
		m.push(tuple(m.popped(int(op) - 0x84)))
	case 'd':
		d := &dict{}
		d.set(m.marked())
		m.push(d)
	case 'a':
		m.extend(m.popped(1))
	case 'e', 0x90:
		m.extend(m.marked())
	case 's':
		m.assign(m.popped(2))
	case 'u':
		m.assign(m.marked())
	default:
		fail("the pickle in it has an instruction %#x at byte %d that is not known: the file is damaged", op, m.at-1)
	}
}

// extend adds to the list at the top.
func (m *machine) extend(items []any) {
	switch v := m.top().(type) {
	case *list:
		v.items = append(v.items, items...)
	case opaque:
	default:
		m.damaged()
	}
}

// assign adds to the dict at the top.
func (m *machine) assign(pairs []any) {
	switch v := m.top().(type) {
	case *dict:
		v.set(pairs)
	case opaque:
	default:
		m.damaged()
	}
}

// mostDepth bounds containers in containers, which may hold themselves.
const mostDepth = 8

// plain makes Go's plain values of Python's, as encoding/json would: what is no such
// value is nil. budget bounds how many there are, as one may be held more than once.
func plain(v any, depth int, budget *int) any {
	if *budget--; depth > mostDepth || *budget < 0 {
		return nil
	}
	switch v := v.(type) {
	case string, bool, float64:
		return v
	case int64:
		return float64(v)
	case *list:
		return plainList(v.items, depth, budget)
	case tuple:
		return plainList(v, depth, budget)
	case *dict:
		m := map[string]any{}
		for i, key := range v.keys {
			if text, ok := key.(string); ok {
				m[text] = plain(v.values[i], depth+1, budget)
			}
		}
		return m
	}
	return nil
}

func plainList(items []any, depth int, budget *int) []any {
	list := []any{}
	for _, v := range items {
		if *budget < 0 {
			break
		}
		list = append(list, plain(v, depth+1, budget))
	}
	return list
}
