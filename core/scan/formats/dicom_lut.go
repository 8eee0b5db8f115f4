package formats

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// The tables of values: from stored values to the modality's units, and from those to what is shown.
const (
	tagModalityLUT   tag = 0x0028_3000
	tagLUTDescriptor tag = 0x0028_3002
	tagLUTData       tag = 0x0028_3006
	tagVOILUT        tag = 0x0028_3010
)

// lookup is a table from stored values to the modality's units.
type lookup struct {
	paletteChannel
	sorted []int // entries in the order of what they hold, made when it is first asked for
	dark   bool  // it gives dark for bright
}

// of is what a stored value stands for, turned over where dark stands for bright; of one outside of the table, the nearest entry.
func (l *lookup) of(v float64) float64 {
	if l.dark {
		return l.ends() - float64(l.raw(int(v)))
	}
	return float64(l.raw(int(v)))
}

// ends is the sum of the least and the greatest entry.
func (l *lookup) ends() float64 {
	sorted := l.order()
	return float64(l.raw(l.first+sorted[0]) + l.raw(l.first+sorted[len(sorted)-1]))
}

// order are the entries by what they hold.
func (l *lookup) order() []int {
	if l.sorted == nil {
		for i := range l.count {
			l.sorted = append(l.sorted, i)
		}
		slices.SortStableFunc(l.sorted, func(a, b int) int { return cmp.Compare(l.raw(l.first+a), l.raw(l.first+b)) })
	}
	return l.sorted
}

// nearest is the stored value whose entry is nearest to v, of several the one nearest to old.
func (l *lookup) nearest(v, old float64) float64 {
	sorted, hold := l.order(), v
	if l.dark {
		hold = l.ends() - v
	}
	at := sort.Search(len(sorted), func(i int) bool { return float64(l.raw(l.first+sorted[i])) >= hold })
	best := old
	far := func(stored float64) float64 { return max(l.of(stored)-v, v-l.of(stored)) }
	for _, i := range []int{at - 1, at} {
		if i >= 0 && i < len(sorted) {
			if stored := float64(l.first + sorted[i]); far(stored) < far(best) {
				best = stored
			}
		}
	}
	return best
}

// table reads the first table of a sequence; nil where the file has none.
func (f *dicomFile) table(sequence tag, signed bool) (*lookup, error) {
	items, err := f.items(f.whole, sequence)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	channel, err := f.channel(valueOf(items[0], tagLUTDescriptor), valueOf(items[0], tagLUTData), signed)
	if err != nil {
		return nil, fmt.Errorf("scan: the DICOM's table of values is missing or of an unusual kind; export it again")
	}
	return &lookup{paletteChannel: channel}, nil
}

// keepTable writes the table of the modality's units into a copy, as far as it is read: what follows may be anything.
func (w *dicomWriter) keepTable(f *dicomFile, table *lookup) {
	items, err := f.items(f.whole, tagModalityLUT)
	if err != nil || len(items) == 0 {
		return
	}
	inner := &dicomWriter{syntax: w.syntax}
	inner.set(tagLUTDescriptor, "US", valueOf(items[0], tagLUTDescriptor)[:6])
	inner.set(tagLUTData, "OW", table.data[:table.count*table.width])
	w.set(tagModalityLUT, "SQ", w.item(inner.bytes()))
}
