package formats

// Codec decompresses a frame of a compressed DICOM file. Such decoders are large, so they live outside of this package:
// in the browser they are fetched when such a file is opened. It is given hostile data, and gives up with an error that
// says why in a few words.
type Codec func(Frame) ([]byte, error)

// Frame is a compressed picture and what its file says of it.
type Frame struct {
	Syntax        string // the transfer syntax's unique identifier
	Data          []byte
	Width, Height int
	Samples       int // a pixel: 1, or 3 for colour
	Allocated     int // bits that a sample takes when unpacked, 8 or 16
	Stored        int // bits of those that carry it
	Signed        bool
	Photometric   string // DICOM's name for what the samples mean
}
