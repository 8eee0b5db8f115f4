package formats

// What lies in sequences is looked for here, where a whole file is a tree, as contours are.

// listed lists elements up to end, or to the end of an item.
func (r *dicomReader) listed(end int) (parts []part, err error) {
	for r.at < end {
		head := r.at
		e, err := r.head(end)
		if err != nil {
			return nil, err
		}
		if e.tag == tagItemEnd {
			return parts, nil
		}
		value := r.at
		if e.length == undefinedLength {
			err = r.sequence(e, end, astray, 1)
		} else {
			err = r.value(e, end, astray)
		}
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{e.tag, r.data[head:r.at], value - head})
	}
	return parts, nil
}

// items are those of a sequence among some elements, none where it is not there.
func (f *dicomFile) items(parts []part, t tag) (items [][]part, err error) {
	for _, p := range parts {
		if p.tag != t {
			continue
		}
		r := dicomReader{data: p.bytes, at: p.head, order: f.order, explicit: f.explicit}
		for r.at < len(r.data) {
			item, err := r.head(len(r.data))
			if err != nil {
				return nil, err
			}
			if item.tag == tagSequenceEnd {
				break
			}
			end := len(r.data)
			if item.length != undefinedLength {
				if end, err = r.bound(item, end); err != nil {
					return nil, err
				}
			}
			inside, err := r.listed(end)
			if err != nil {
				return nil, err
			}
			if item.length != undefinedLength {
				r.at = end
			}
			items = append(items, inside)
		}
	}
	return items, nil
}

// valueOf is an element's among some, nil where it is not there.
func valueOf(parts []part, t tag) []byte {
	for _, p := range parts {
		if p.tag == t {
			return p.bytes[p.head:]
		}
	}
	return nil
}
