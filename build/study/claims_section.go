package study

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"segfault/build/data"
)

// protocolHeading is that of a report's section of the protocol's models.
const protocolHeading = "## The claims by protocol"

// protocolSection is what a report says of the protocol's models, from what is published of them.
type protocolSection struct {
	Task   string
	Models []Scored // by width and seed
	All    int      // as many as the protocol asks for
	Claims []Claim
	Attack string // the attacks' table, in Markdown
	Sound  table

	members []member
	cohort  *cohort
	battery battery
	levels  *levels // of bundled models; nil where there are no rows
	kinds   []Row
	classes []data.Class
}

// Rows that are published beside those of the protocol's models, for the figures that ask for several ε, and for kinds of what is found.
const (
	levelsRows = "hippocampus-levels-methods.csv.gz"
	kindsRows  = "brain-2-" + rowsFile
	kindsMarks = "gl:glioma,me:meningioma,pi:pituitary tumour"
)

// readProtocolSection reads what is published in a folder.
func readProtocolSection(dir, task, patient string) (*protocolSection, error) {
	rows, err := ReadSuites(filepath.Join(dir, claimsFolder))
	if err != nil {
		return nil, err
	}
	models, err := readScored(filepath.Join(dir, claimsFolder))
	if err != nil {
		return nil, err
	}
	s, err := newProtocolSection(task, patient, rows, models)
	if err != nil {
		return nil, err
	}
	several, err := ReadTested(filepath.Join(dir, levelsRows))
	if err != nil {
		return nil, err
	}
	if len(several) > 0 {
		l := newLevels(several)
		s.levels = &l
	}
	packed, err := os.ReadFile(filepath.Join(dir, kindsRows))
	if os.IsNotExist(err) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	text, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("study: %s: %w", kindsRows, err)
	}
	if s.classes, err = data.ParseClasses(kindsMarks); err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	return s, readRows(bytes.NewReader(text), func(r Row) { s.kinds = append(s.kinds, r) })
}

func newProtocolSection(task, patient string, rows []Tested, models []Scored) (*protocolSection, error) {
	of, err := patients(patient)
	if err != nil {
		return nil, err
	}
	s := &protocolSection{Task: task, All: len(Widths) * Seeds, cohort: newCohort(task, rows, of), battery: newBattery()}
	parameters, scored := map[string]int{}, map[string]Scored{}
	for _, m := range models {
		parameters[m.Name], scored[m.Name] = m.Parameters, m
	}
	s.members, _, _ = s.cohort.members(task, parameters, s.battery)
	for _, m := range s.members {
		one, known := scored[m.name]
		if !known {
			return nil, fmt.Errorf("study: rows of %s are published, but not which weights they are of", m.name)
		}
		s.Models = append(s.Models, one)
	}
	if s.Claims, err = Claims(task, rows, patient, parameters); err != nil {
		return nil, err
	}
	if s.Attack, err = AttacksTable(task, rows, patient); err != nil {
		return nil, err
	}
	s.Sound = s.cohort.soundTable(s.members, s.battery)
	return s, nil
}

// Provisional says that models are missing.
func (s *protocolSection) Provisional() bool { return len(s.Models) < s.All }

// Verdicts are the claims'.
func (s *protocolSection) Verdicts() string { return ClaimsTable(s.Claims) }

// Label is a model's name without its task.
func (s *protocolSection) Label(name string) string { return strings.TrimPrefix(name, s.Task+"-") }

// ModelTable lists the models with their clean scores, and what noise and attacks leave of the attacked slices.
func (s *protocolSection) ModelTable() table {
	t := table{Head: append([]string{"model", "parameters", "val", "test", "test, any class"}, leftHead...)}
	for i, m := range s.members {
		of := s.Models[i]
		t.add(append([]string{s.Label(m.name), millions(m.parameters), number(of.Val), number(of.Test), number(of.TestAll)}, s.cohort.left(m.name, s.battery)...)...)
	}
	return t
}

// The figures, as the template names them; nil where there is nothing to draw.

// ClaimFigure is that of one of the claims.
func (s *protocolSection) ClaimFigure(i int) (*figure, error) {
	if s.Claims[i].draw == nil {
		return nil, nil
	}
	return s.Claims[i].draw(s.Claims[i].file(s.Task))
}

// SlicesFigure is what is left of every slice.
func (s *protocolSection) SlicesFigure() (*figure, error) {
	if len(s.members) == 0 {
		return nil, nil
	}
	return s.cohort.slicesFigure(s.Task+"-claim-slices.svg", s.members, namesOf(s.battery.attacks))
}

// WorstFigure is which attack is the worst.
func (s *protocolSection) WorstFigure() (*figure, error) {
	if len(s.members) == 0 {
		return nil, nil
	}
	return s.cohort.worstFigure(s.Task+"-claim-worst.svg", s.members, namesOf(s.battery.attacks))
}

// LevelsFigure is R against ε, of bundled models.
func (s *protocolSection) LevelsFigure() (*figure, error) {
	if s.levels == nil {
		return nil, nil
	}
	return s.levels.figure(s.Task + "-claim-levels.svg")
}

// Falling says whether R falls with ε.
func (s *protocolSection) Falling() string { return s.levels.Falling() }

// KindsFigure is what tumours are taken for.
func (s *protocolSection) KindsFigure() (*figure, error) {
	if len(s.kinds) == 0 {
		return nil, nil
	}
	return kindsFigure("brain-claim-kinds.svg", s.kinds, s.classes)
}

// write is the section; figures are added to files.
func (s *protocolSection) write(files map[string][]byte) (string, error) {
	text, err := s.fill("protocol.md.tmpl", files)
	return protocolHeading + "\n\n" + strings.TrimSpace(text) + "\n", err
}

// fill fills one of the report's templates.
func (s *protocolSection) fill(template string, files map[string][]byte) (string, error) {
	t, err := page(files)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, template, s); err != nil {
		return "", fmt.Errorf("study: %w", err)
	}
	return out.String(), nil
}
