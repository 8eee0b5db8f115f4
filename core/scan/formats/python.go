package formats

import (
	"strconv"
	"strings"
)

// python reads literals of Python: what stands in the header of an NPY. It goes no deeper than these do.
type python struct{ rest string }

// pythonDict reads a dictionary whose keys are strings and whose values are strings, truth values, whole numbers, or tuples and
// lists of these, which become []any.
func pythonDict(text string) (map[string]any, bool) {
	p := &python{text}
	if !p.take("{") {
		return nil, false
	}
	fields := map[string]any{}
	for !p.take("}") {
		key, ok := p.value(0)
		name, isText := key.(string)
		if !ok || !isText || !p.take(":") {
			return nil, false
		}
		if fields[name], ok = p.value(0); !ok {
			return nil, false
		}
		if !p.take(",") {
			if p.take("}") {
				break
			}
			return nil, false
		}
	}
	p.space()
	return fields, strings.Trim(p.rest, "\x00") == ""
}

func (p *python) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n\f") }

// take passes over a token if it is the next.
func (p *python) take(token string) (found bool) {
	p.space()
	p.rest, found = strings.CutPrefix(p.rest, token)
	return found
}

// value reads a literal, within so many tuples and lists.
func (p *python) value(depth int) (any, bool) {
	switch p.space(); {
	case p.take("True"):
		return true, true
	case p.take("False"):
		return false, true
	case p.take("("):
		return p.list(")", depth)
	case p.take("["):
		return p.list("]", depth)
	}
	if text, ok := p.text(); ok {
		return text, true
	}
	end := 0
	for end < len(p.rest) && !strings.ContainsRune(" \t\r\n\f,:)]}", rune(p.rest[end])) {
		end++
	}
	digits := strings.TrimRight(p.rest[:end], "lL") // as Python 2 marks its long numbers
	p.rest = p.rest[end:]
	n, err := strconv.ParseInt(digits, 0, 64)
	return n, err == nil
}

// list reads up to the bracket that ends a tuple or a list.
func (p *python) list(end string, depth int) (any, bool) {
	list := []any{}
	for !p.take(end) {
		v, ok := any(nil), depth < 3
		if ok {
			v, ok = p.value(depth + 1)
		}
		if !ok {
			return nil, false
		}
		list = append(list, v)
		if !p.take(",") {
			return list, p.take(end)
		}
	}
	return list, true
}

// text reads a string without escapes, perhaps marked as one of bytes or Unicode.
func (p *python) text() (string, bool) {
	quoted := strings.TrimLeft(p.rest, "ubUB")
	if len(quoted) == 0 || len(p.rest)-len(quoted) > 1 || quoted[0] != '\'' && quoted[0] != '"' {
		return "", false
	}
	text, rest, ok := strings.Cut(quoted[1:], quoted[:1])
	p.rest = rest
	return text, ok && !strings.Contains(text, "\\")
}
