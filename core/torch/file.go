package torch

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"path"
)

// File is a file of which the pickle has been read.
type File struct {
	root any
}

// mostPickle bounds a pickle, which is held in memory.
const mostPickle = 64 << 20

// Sniff says whether a file begins as PyTorch's do.
func Sniff(head []byte) bool {
	return len(head) >= 4 && (string(head[:4]) == "PK\x03\x04" || head[0] == 0x80 && head[1] >= 2 && head[1] <= 5)
}

// Open reads the pickle in a file of the given size in bytes.
func Open(r io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, min(size, 8))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("torch: the file cannot be read: %w", err)
	}
	switch {
	case !Sniff(head):
		return nil, fmt.Errorf("torch: this is no file that PyTorch saved, or a damaged one: it begins with neither a zip nor a pickle")
	case head[0] == 0x80:
		return openLegacy(r, size)
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("torch: the zip in the file is truncated or damaged (%w)", err)
	}
	z := zipped{r: r, size: size, files: map[string]*zip.File{}, order: binary.LittleEndian}
	var pickle string
	for _, f := range archive.File {
		z.files[f.Name] = f
		if path.Base(f.Name) == "data.pkl" && (pickle == "" || len(f.Name) < len(pickle)) {
			pickle = f.Name
		}
	}
	if pickle == "" {
		return nil, fmt.Errorf("torch: the zip holds %d files, but no data.pkl, which every file of torch.save has: export what another library or torch.export saved to ONNX", len(archive.File))
	}
	z.folder = path.Dir(pickle)
	if z.has("constants.pkl") || z.has("code/__torch__.py") {
		return nil, fmt.Errorf("torch: the file is a TorchScript program, which would have to be run; save the weights alone, torch.save(model.state_dict(), FILE), or export the network to ONNX")
	}
	if order, err := z.read("byteorder", 16); err == nil && string(order) == "big" {
		z.order = binary.BigEndian
	}
	code, err := z.read("data.pkl", mostPickle)
	if err != nil {
		return nil, err
	}
	root, _, err := run(code, z.storage)
	return &File{root}, err
}

// zipped are the files in a zip.
type zipped struct {
	r      io.ReaderAt
	size   int64
	folder string
	files  map[string]*zip.File
	order  binary.ByteOrder
}

func (z *zipped) has(name string) bool { return z.files[path.Join(z.folder, name)] != nil }

// find gives the place of a file's bytes, which must be stored as they are.
func (z *zipped) find(name string) (at, size int64, err error) {
	f := z.files[path.Join(z.folder, name)]
	if f == nil {
		return 0, 0, fmt.Errorf("torch: the zip lacks the file %q: it is truncated or damaged", name)
	}
	at, err = f.DataOffset()
	size = int64(f.UncompressedSize64)
	if err != nil || size < 0 || at > z.size || size > z.size-at {
		return 0, 0, fmt.Errorf("torch: the file %q does not lie within the zip: it is truncated or damaged", name)
	}
	if f.Method != zip.Store {
		return 0, 0, fmt.Errorf("torch: the file %q in the zip is compressed, which PyTorch does not do; save the weights anew, or pack the zip without compression", name)
	}
	return at, size, nil
}

func (z *zipped) read(name string, most int64) ([]byte, error) {
	at, size, err := z.find(name)
	if err != nil {
		return nil, err
	}
	if size > most {
		return nil, fmt.Errorf("torch: the file %q in the zip has %d bytes; expected %d at most", name, size, most)
	}
	data := make([]byte, size)
	if n, err := z.r.ReadAt(data, at); n < len(data) {
		return nil, fmt.Errorf("torch: the file %q in the zip cannot be read: %w", name, err)
	}
	return data, nil
}

// storage finds the numbers that a pickle refers to.
func (z *zipped) storage(id tuple) (any, error) {
	s, err := newStorage(id)
	if err != nil {
		return nil, err
	}
	at, size, err := z.find("data/" + s.key)
	if err != nil {
		return nil, err
	}
	if int64(s.count)*int64(s.dtype.bytes) > size {
		return nil, fmt.Errorf("torch: a storage of %d numbers of %s has only %d bytes: the file is truncated or damaged", s.count, s.dtype.name, size)
	}
	s.at, s.order, s.body = at, z.order, z.r
	return s, nil
}

// mostNumbers bounds a storage.
const mostNumbers = 1 << 33

// newStorage reads what a pickle says of a storage: its class, key, device and count.
func newStorage(id tuple) (*storage, error) {
	if len(id) < 5 || id[0] != "storage" {
		return nil, fmt.Errorf("torch: the pickle refers to %d things beside it that are no storage: the file is damaged", len(id))
	}
	class, ok := id[1].(global)
	key, text := id[2].(string)
	count, number := id[4].(int64)
	if !ok || !text || !number || count < 0 || count > mostNumbers || int64(int(count)) != count {
		return nil, fmt.Errorf("torch: the pickle describes a storage that cannot be: the file is damaged")
	}
	d, known := dtypes[class.name]
	if !known {
		return nil, fmt.Errorf("torch: the file has numbers in a %s, which is not supported; save the weights as float32", class)
	}
	return &storage{key: key, dtype: d, count: int(count)}, nil
}
