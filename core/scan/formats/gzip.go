package formats

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// maxDeflate is the most that Deflate can shrink: 258 bytes to two bits.
const maxDeflate = 1032

var gzipMagic = []byte("\x1f\x8b\x08")

func isGzip(data []byte) bool { return bytes.HasPrefix(data, gzipMagic) }

// inflater inflates just as much as is asked for, so that a small file cannot fill the memory.
type inflater struct {
	data []byte
	rest *bytes.Reader // what of data is not read yet
	from *gzip.Reader
}

func newInflater(data []byte) (*inflater, error) {
	z := &inflater{data: data, rest: bytes.NewReader(data)}
	var err error
	if z.from, err = gzip.NewReader(z.rest); err != nil {
		return nil, gzipDamaged(err)
	}
	z.from.Multistream(false)
	return z, nil
}

// Read implements io.Reader. Behind a compressed part there may be another one; anything else, such as the zeros with which tapes
// and archives pad, ends the file.
func (z *inflater) Read(p []byte) (int, error) {
	n, err := z.from.Read(p)
	if err != io.EOF || !isGzip(z.data[len(z.data)-z.rest.Len():]) {
		return n, err
	}
	if err := z.from.Reset(z.rest); err != nil {
		return n, err
	}
	z.from.Multistream(false)
	return n, nil
}

// next returns the n bytes that follow. The caller has checked that n is plausible.
func (z *inflater) next(n int64) ([]byte, error) {
	buf := make([]byte, n)
	if _, err := io.ReadFull(z, buf); err != nil {
		return nil, gzipDamaged(err)
	}
	return buf, nil
}

// skip passes over n bytes without keeping them.
func (z *inflater) skip(n int64) error {
	if _, err := io.CopyN(io.Discard, z, n); err != nil {
		return gzipDamaged(err)
	}
	return nil
}

// end takes one step beyond the declared data, which is where the checksum is compared. More data than declared is
// no error, and is left alone.
func (z *inflater) end() error {
	if _, err := z.Read(make([]byte, 1)); err != nil && err != io.EOF {
		return gzipDamaged(err)
	}
	return nil
}

func gzipDamaged(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("scan: the gzip file is truncated: it ends before the data that it declares; copy or export it again")
	}
	return fmt.Errorf("scan: the gzip file is damaged (%v); copy or export it again", err)
}
