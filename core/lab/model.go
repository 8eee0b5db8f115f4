package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"segfault/core/net"
	"segfault/core/safetensors"
	"segfault/core/scan"
	"segfault/core/unet"
)

// Model is a network with what its file says of it.
type Model struct {
	Net           net.Network
	Architecture  string // such as "unet-vgg13"
	Parameters    int
	Title, Task   string
	Classes       []string
	Size          int // side of its square input
	Normalisation scan.Normalisation
	Dice          float64 // on the data's test part, 0 where unknown
	// Told says whether the file tells what makes probabilities of the logits.
	Told  bool
	Notes []string // what was found in its file, in sentences
}

// The keys of a weights file's metadata.
const (
	keyTitle         = "title"
	keyTask          = "task"
	keyClasses       = "classes" // separated by commas
	keySize          = "size"
	keyNormalisation = "normalisation"
	keyDice          = "dice"
)

// DefaultSize is the input's side where a file does not say it.
const DefaultSize = 224

// ReadModel reads a safetensors file in memory.
func ReadModel(data []byte) (*Model, error) {
	return OpenModel(bytes.NewReader(data), int64(len(data)))
}

// OpenModel reads a safetensors file of the given size in bytes, one tensor at a
// time. A foreign one, without metadata, gets numbered classes, the default size
// and the paper's normalisation.
func OpenModel(r io.ReaderAt, size int64) (*Model, error) { return openModel(r, size, false) }

// Inspect is OpenModel without the weights: what the header tells. The network
// has a Spec and cannot be run.
func Inspect(r io.ReaderAt, size int64) (*Model, error) { return openModel(r, size, true) }

func openModel(r io.ReaderAt, size int64, header bool) (*Model, error) {
	file, err := safetensors.Open(r, size)
	if err != nil {
		return nil, err
	}
	network := &unet.Model{}
	if header {
		network.Spec, err = unet.Recognise(file)
	} else {
		network, err = unet.Load(file)
	}
	if err != nil {
		return nil, err
	}
	return describe(&net.Found{Network: network, Architecture: network.Spec.Name(), Parameters: network.Spec.Parameters()}, file.Metadata)
}

// describe reads what a file's metadata says of a network. What it says is checked like what a person says: a
// checkpoint that says nonsense of itself is refused.
func describe(found *net.Found, meta map[string]string) (*Model, error) {
	shape := found.Shape()
	m := &Model{Net: found.Network, Architecture: found.Architecture, Parameters: found.Parameters, Title: meta[keyTitle], Task: meta[keyTask],
		Classes: found.Classes, Size: defaultSize(shape), Normalisation: scan.Max, Told: found.Told, Notes: found.Notes}
	if n := meta[keyNormalisation]; n != "" {
		m.Normalisation = scan.Normalisation(n)
		if _, err := m.Normalisation.Scale([]float32{0}); err != nil {
			return nil, nonsense(keyNormalisation, n, err)
		}
	}
	if s := meta[keySize]; s != "" {
		size, err := strconv.Atoi(s)
		if err == nil {
			err = m.SetSize(size)
		}
		if err != nil {
			return nil, nonsense(keySize, s, err)
		}
	}
	if s := meta[keyDice]; s != "" {
		dice, err := strconv.ParseFloat(s, 64)
		if err == nil && !(dice >= 0 && dice <= 1) {
			err = errors.New("lab: expected a number from 0 to 1")
		}
		if err != nil {
			return nil, nonsense(keyDice, s, err)
		}
		m.Dice = dice
	}
	if meta[keyClasses] != "" {
		m.Classes = strings.Split(meta[keyClasses], ",")
	}
	if len(m.Classes) == 0 {
		for k := range shape.Classes {
			m.Classes = append(m.Classes, fmt.Sprintf("class %d", k+1))
		}
	}
	return m, m.Check()
}

// nonsense is what is wrong with a value of a file's metadata.
func nonsense(key, value string, err error) error {
	return fmt.Errorf("lab: the checkpoint says %s %.40q of itself, which cannot be (%s); correct its metadata or take it out", key, value, strings.TrimPrefix(err.Error(), "lab: "))
}

// defaultSize is the side that a network takes, or one near the default that it can take.
func defaultSize(s net.Shape) int {
	if fixed := max(s.Height, s.Width); fixed > 0 {
		return fixed
	}
	return (DefaultSize + s.Multiple - 1) / s.Multiple * s.Multiple
}

// MaxSize bounds the side of a model's input, and so the memory that it takes.
const MaxSize = 1024

// SetSize chooses the side of the input.
func (m *Model) SetSize(size int) error {
	shape := m.Net.Shape()
	if shape.Height > 0 || shape.Width > 0 {
		if err := shape.Check(size, size); err != nil {
			return err
		}
	}
	if k := shape.Multiple; size < k || size > MaxSize || size%k != 0 {
		return fmt.Errorf("lab: an input of %d×%d pixels; expected a multiple of %d up to %d, such as %d", size, size, k, MaxSize, DefaultSize)
	}
	m.Size = size
	return nil
}

// SetInput says what values the network was trained on, where not on [0, 1]: a range, or a mean and a deviation of every channel.
func (m *Model) SetInput(limits, mean, deviation []float32) error {
	var t net.Transform
	var err error
	switch {
	case len(mean) > 0 || len(deviation) > 0:
		t, err = net.Moments(m.Net.Shape().In, mean, deviation)
	case len(limits) == 0:
		return nil
	case len(limits) != 2:
		err = fmt.Errorf("lab: a model's range has %d numbers; expected two, such as [0, 1]", len(limits))
	default:
		t, err = net.Range(limits[0], limits[1])
	}
	if err == nil {
		m.Net = net.Through(t, m.Net)
	}
	return err
}

// Check says whether the class names go with the network.
func (m *Model) Check() error {
	if len(m.Classes) != m.Net.Shape().Classes {
		return fmt.Errorf("lab: %d class names were given, but the network has %d output channels", len(m.Classes), m.Net.Shape().Classes)
	}
	return nil
}

// Metadata is what a weights file says of the model, for writing one.
func (m *Model) Metadata() map[string]string {
	return map[string]string{
		keyTitle: m.Title, keyTask: m.Task, keyClasses: strings.Join(m.Classes, ","), keySize: strconv.Itoa(m.Size),
		keyNormalisation: string(m.Normalisation), keyDice: strconv.FormatFloat(m.Dice, 'f', 4, 64),
	}
}
