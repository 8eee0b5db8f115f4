package torch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// Until version 1.6 PyTorch wrote five pickles one after another, a magic number, a protocol, the
// system, the object, and the keys of storages, and then the storages: a count and the numbers of each.

// magic is what the first pickle says.
var magic = []byte{0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19}

func openLegacy(r io.ReaderAt, size int64) (*File, error) {
	code := make([]byte, min(size, mostPickle))
	if n, err := r.ReadAt(code, 0); n < len(code) {
		return nil, fmt.Errorf("torch: the file cannot be read: %w", err)
	}
	if !bytes.Contains(code[:min(len(code), 24)], magic) {
		return nil, fmt.Errorf("torch: this is a pickle, but none that PyTorch saved; save the weights with torch.save(model.state_dict(), FILE)")
	}
	l := legacy{storages: map[string]*storage{}}
	at := int64(0)
	var values [5]any
	for i := range values {
		v, n, err := run(code[at:], l.storage)
		if err != nil {
			return nil, err
		}
		values[i], at = v, at+int64(n)
	}
	keys, ok := values[4].(*list)
	if !ok {
		return nil, fmt.Errorf("torch: the file does not say where its storages are: it is damaged")
	}
	for _, v := range keys.items {
		key, _ := v.(string)
		s := l.storages[key]
		var count [8]byte
		if n, _ := r.ReadAt(count[:], at); n < 8 || s == nil || binary.LittleEndian.Uint64(count[:]) != uint64(s.count) {
			return nil, fmt.Errorf("torch: the storage %q is not where it should be: the file is truncated or damaged", key)
		}
		s.at, s.order, s.body = at+8, binary.LittleEndian, r
		if at = s.at + int64(s.count)*int64(s.dtype.bytes); at > size {
			return nil, fmt.Errorf("torch: the storage %q should end at byte %d of %d: the file is truncated", key, at, size)
		}
		delete(l.storages, key)
	}
	for key := range l.storages {
		return nil, fmt.Errorf("torch: the file lacks the storage %q: it is truncated or damaged", key)
	}
	return &File{values[3]}, nil
}

// legacy collects the storages that a pickle refers to.
type legacy struct{ storages map[string]*storage }

func (l *legacy) storage(id tuple) (any, error) {
	if len(id) > 1 && id[0] == "module" { // a class with its source, whose objects are refused by its name
		return id[1], nil
	}
	s, err := newStorage(id)
	if err != nil {
		return nil, err
	}
	if len(id) > 5 && id[5] != nil {
		return nil, fmt.Errorf("torch: the file has views of storages, as before version 0.4 of PyTorch; save it anew")
	}
	if known := l.storages[s.key]; known != nil {
		return known, nil
	}
	l.storages[s.key] = s
	return s, nil
}
