package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"segfault/core/names"
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
	named         bool // and not just numbered
	Size          int  // side of its square input
	Normalisation scan.Normalisation
	Dice          float64 // on the data's test part, 0 where unknown
	// Told says whether the file tells what makes probabilities of the logits.
	Told    bool
	Raw     bool      // see net.Found
	Input   net.Input // what its file tells of the values that it takes
	Outputs []string  // that could have been taken, see net.Found
	Notes   []string  // what was found in its file, in sentences
}

// The keys of a weights file's metadata.
const (
	keyTitle         = "title"
	keyTask          = "task"
	keyClasses       = "classes" // separated by commas
	keySize          = "size"
	keyNormalisation = "normalisation"
	keyDice          = "dice"
	keyActivation    = "activation"
	keyRange         = "range"     // numbers, as all that follow
	keyMean          = "mean"      // of each channel
	keyDeviation     = "deviation" // the same
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

// openModel reads the weights, too, or only what the header tells: then the network has a Spec and cannot be run.
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
	return describe(&net.Found{Network: network, Architecture: network.Spec.Name(), Parameters: network.Spec.Parameters(), Metadata: file.Metadata})
}

// describe reads what a file's metadata says of a network. What it says is checked like what a person says: a
// checkpoint that says nonsense of itself is refused.
func describe(found *net.Found) (*Model, error) {
	meta, shape := found.Metadata, found.Shape()
	m := &Model{Net: found.Network, Architecture: found.Architecture, Parameters: found.Parameters, Title: meta[keyTitle], Task: meta[keyTask],
		Size: defaultSize(shape), Normalisation: scan.Max, Told: found.Told, Raw: found.Raw, Input: found.Input, Outputs: found.Outputs, Notes: found.Notes}
	for _, of := range []struct {
		key string
		set func(string) error
	}{
		{keyNormalisation, m.SetNormalisation},
		{keyActivation, func(a string) error { m.Told = true; return m.SetActivation(a) }},
		{keyRange, func(text string) (err error) { m.Input.Range, err = ParseNumbers(text); return err }},
		{keyMean, func(text string) (err error) { m.Input.Mean, err = ParseNumbers(text); return err }},
		{keyDeviation, func(text string) (err error) { m.Input.Deviation, err = ParseNumbers(text); return err }},
	} {
		if text := meta[of.key]; text != "" {
			if err := of.set(text); err != nil {
				return nil, nonsense(of.key, text, err)
			}
		}
	}
	if n := m.Input.Normalisation; n != "" && meta[keyNormalisation] == "" {
		m.Normalisation = scan.Normalisation(n)
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
	if shape.Height != shape.Width && shape.Height > 0 && shape.Width > 0 {
		m.Notes = append(m.Notes, fmt.Sprintf("It takes images of %d×%d pixels alone, which arrays (NPY) of that size can be, but scans, which are made square, cannot: export it for square images, or for any.", shape.Width, shape.Height))
	}
	classes := found.Classes
	if meta[keyClasses] != "" {
		classes = strings.Split(meta[keyClasses], ",")
	}
	return m, m.SetClasses(classes)
}

// ParseNumbers are those of a text, with commas or spaces between.
func ParseNumbers(text string) (list []float32, err error) {
	for _, word := range strings.Fields(strings.ReplaceAll(text, ",", " ")) {
		v, err := strconv.ParseFloat(word, 32)
		if err != nil {
			return nil, errors.New("lab: expected numbers")
		}
		list = append(list, float32(v))
	}
	return list, nil
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

// take puts what the network takes before it; see Input.
func (m *Model) take() error {
	t, err := m.Input.Transform(m.Net.Shape().In)
	if err == nil && t != nil {
		m.Net = net.Through(t, m.Net)
	}
	return err
}

// SetActivation says what makes probabilities of the logits.
func (m *Model) SetActivation(name string) error {
	n, err := net.As(name, m.Net)
	if err == nil {
		m.Net = n
	}
	return err
}

// SetProbabilities says that the network's outputs are probabilities already, of an activation that is chosen before.
func (m *Model) SetProbabilities() error {
	if !m.Raw {
		return errors.New("lab: what is taken of this network is known to be logits, before anything makes probabilities of them; leave out that its outputs are probabilities")
	}
	m.Net, m.Raw = net.OfProbabilities(m.Net), false
	m.Notes = append(m.Notes, "As was told, its values are probabilities, of which logits are made.")
	return nil
}

// SetNormalisation says how a slice's values are brought to [0, 1].
func (m *Model) SetNormalisation(name string) error {
	n := scan.Normalisation(name)
	_, err := n.Scale([]float32{0})
	if err == nil {
		m.Normalisation = n
	}
	return err
}

// mostClasses is how many a mask can number, with 0 for none.
const mostClasses = 255

// SetClasses names what the network finds. Of classes that exclude each other the background may be named, too, as the first.
func (m *Model) SetClasses(list []string) error {
	shape := m.Net.Shape()
	if shape.Foreground() > mostClasses {
		return fmt.Errorf("lab: the network has %d output channels, but a mask numbers %d classes at most; choose another of its outputs, or export it with fewer", shape.Classes, mostClasses)
	}
	if m.named = len(list) > 0; !m.named {
		for k := range shape.Foreground() {
			list = append(list, fmt.Sprintf("class %d", k+1))
		}
	}
	if len(list) == shape.Classes {
		list = list[shape.Background():]
	}
	if len(list) != shape.Foreground() {
		but := map[bool]string{true: ", the first of which is the background"}[shape.Background() > 0]
		return fmt.Errorf("lab: found %s, but the network has %s%s", names.Counted(len(list), "class name"), names.Counted(shape.Classes, "output channel"), but)
	}
	m.Classes = list
	return nil
}

// fits refuses a mask that is not of the model's classes.
func (m *Model) fits(mask *scan.Mask) error {
	if mask.Classes == m.Net.Shape().Classes {
		return nil // which may have a plane of the background
	}
	return mask.Check(len(m.Classes))
}

// Metadata is what a weights file says of the model, for writing one.
func (m *Model) Metadata() map[string]string {
	return map[string]string{
		keyTitle: m.Title, keyTask: m.Task, keyClasses: strings.Join(m.Classes, ","), keySize: strconv.Itoa(m.Size),
		keyNormalisation: string(m.Normalisation), keyDice: strconv.FormatFloat(m.Dice, 'f', 4, 64),
	}
}
