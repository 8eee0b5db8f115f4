package formats

import "fmt"

// budget is what reading a file may still cost, in bytes that are unpacked or looked at. A file of any format has one, which every
// decoder asks before it does work that the file's length does not bound.
type budget struct {
	format string
	left   int64
}

const (
	pixelsWorth = 8       // a file may cost so many times the bytes of its pixels: tiles and strips need not end with the picture
	freeWork    = 4 << 20 // and so many bytes beside: a small picture in a large tile, a palette, headers
	perPart     = 256     // what beginning another part costs, in bytes
)

// newBudget is that of a file whose pixels take so many bytes.
func newBudget(format string, pixels int64) *budget {
	return &budget{format, pixelsWorth*pixels + freeWork}
}

// spend takes n bytes' work, or refuses the file.
func (b *budget) spend(n int64) error {
	if n > b.left {
		return fmt.Errorf("scan: the %s asks for far more work than its picture is large, as damaged or hostile files do; export it again", b.format)
	}
	b.left -= n
	return nil
}
