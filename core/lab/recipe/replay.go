package recipe

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"

	"segfault/core/lab"
	"segfault/core/names"
)

// Files are what a recipe does not hold; nil where none was given. A simulated scan and a painted mask need none.
type Files struct {
	Weights       []lab.File // one, or of a mean of networks each
	Scan          []lab.File
	Truth, Region lab.File
	Target        lab.File
}

// Replayed is what came of a recipe here: of a slice, of all, or of one change for all.
type Replayed struct {
	Fault     *lab.Fault
	Volume    *lab.VolumeFault
	Universal *lab.UniversalFault
	Beside    []lab.Control // of a slice
	Comparison
}

// Replay attacks as a recipe says, and compares what comes of it. It refuses files that are not those that it was written for.
func (r *Recipe) Replay(ctx context.Context, l *lab.Lab, given Files) (*Replayed, error) {
	model, err := r.model(ctx, l, given)
	if err != nil {
		return nil, err
	}
	s, err := r.scan(ctx, l, given)
	if err != nil {
		return nil, err
	}
	if err := r.masks(ctx, l, s, model, given); err != nil {
		return nil, err
	}
	done := &Replayed{Comparison: Comparison{many: r.Attack.Steps > 1}}
	if r.Universal {
		p := lab.NewUniversal(s.ID)
		p.Model, p.How = model, r.Attack
		if done.Universal, err = l.Universal(ctx, p); err != nil {
			return nil, err
		}
		done.universal(&r.Metrics, done.Universal)
		return done, nil
	}
	if r.Scan.Slice.All {
		if want := len(r.Metrics.Slices); s.Slices != want {
			return nil, fmt.Errorf("recipe: it has numbers of %s, but the scan has %d; it is not the one that it was written for", names.Counted(want, "slice"), s.Slices)
		}
		p := lab.NewVolumeAttack(s.ID)
		p.Model, p.How = model, r.Attack
		if done.Volume, err = l.AttackVolume(ctx, p); err != nil {
			return nil, err
		}
		done.volume(&r.Metrics, &done.Volume.VolumeMetrics)
		return done, nil
	}
	p := lab.NewAttack(s.ID)
	p.Model, p.How, p.Slice = model, r.Attack, r.Scan.Slice.Index
	if done.Fault, err = l.Attack(ctx, p); err != nil {
		return nil, err
	}
	done.slice(&r.Metrics.Metrics, &done.Fault.Metrics)
	if r.Alone {
		return done, nil
	}
	beside, err := l.Beside(ctx, &lab.BesideParams{Of: done.Fault.ID, BesideOptions: lab.BesideOptions{Blind: true}})
	if err != nil {
		return nil, err
	}
	done.Beside = beside.Controls
	done.beside(r.Beside, done.Beside)
	return done, nil
}

// model loads the recipe's networks, and returns by which name they are attacked.
func (r *Recipe) model(ctx context.Context, l *lab.Lab, given Files) (string, error) {
	networks := r.Model.Mean
	if networks == nil {
		networks = []Network{r.Model.Network}
	}
	if len(given.Weights) != len(networks) {
		return "", fmt.Errorf("recipe: it is of %s, found %d", names.Counted(len(networks), "network"), len(given.Weights))
	}
	var list []string
	for i, n := range networks {
		if err := check("model", given.Weights[i:][:1], n.SHA256); err != nil {
			return "", err
		}
		p := &lab.LoadModelParams{ModelOptions: n.ModelOptions}
		p.OutputOptions, p.File = n.OutputOptions, given.Weights[i]
		loaded, err := l.LoadModel(ctx, p)
		if err != nil {
			return "", err
		}
		list = append(list, loaded.Model.Name)
	}
	return strings.Join(list, "+"), nil
}

// scan loads the recipe's scan.
func (r *Recipe) scan(ctx context.Context, l *lab.Lab, given Files) (*lab.ScanInfo, error) {
	if s := r.Scan.Sample; s != nil {
		info, err := l.Sample(ctx, &lab.SampleParams{Name: s.Name, SampleOptions: lab.SampleOptions{Seed: &s.Seed}})
		if err != nil {
			err = fmt.Errorf("%w; or use the version of Segfault that wrote the recipe (%.20s)", err, r.Version)
		}
		return info, err
	}
	if len(given.Scan) == 0 {
		return nil, fmt.Errorf("recipe: it does not hold the scan; give it as -scan FILE")
	}
	if err := check("scan", given.Scan, r.Scan.SHA256...); err != nil {
		return nil, err
	}
	return l.Load(ctx, &lab.LoadParams{Files: given.Scan, LoadOptions: lab.LoadOptions{Volume: r.Scan.Volume}})
}

// masks attaches the recipe's masks, and those that were given with a scan that it has none of.
func (r *Recipe) masks(ctx context.Context, l *lab.Lab, s *lab.ScanInfo, model string, given Files) error {
	for _, one := range []struct {
		as   string
		mask *Mask
		file lab.File
	}{{"truth", r.Truth, given.Truth}, {"region", r.Region, given.Region}, {"target", r.Target, given.Target}} {
		if one.mask.inFile() {
			if one.file == nil {
				return fmt.Errorf("recipe: it does not hold the masks of files; give this one's as -%s FILE", one.as)
			}
			if err := check(one.as, []lab.File{one.file}, one.mask.SHA256); err != nil {
				return err
			}
		}
		if one.file != nil {
			p := &lab.LoadMaskParams{Scan: s.ID, As: one.as, LoadMaskOptions: lab.LoadMaskOptions{Model: model}}
			if p.File = one.file; one.mask != nil {
				p.Classes = one.mask.Classes
			}
			if _, err := l.LoadMask(ctx, p); err != nil {
				return err
			}
		}
		runs, err := one.mask.painted(r.Scan.Slice.Index, s.Slices)
		if err == nil && runs != nil {
			err = l.PutBack(ctx, s.ID, one.as, runs, one.mask.Named)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// check compares files with the digests in a recipe. One that was written where the browser could not compute them has none.
func check(what string, files []lab.File, want ...string) error {
	if len(want) == 0 || slices.Contains(want, "") {
		return nil
	}
	var have []string
	for _, f := range files {
		hash := sha256.New()
		if _, err := io.Copy(hash, io.NewSectionReader(f, 0, f.Size())); err != nil {
			return fmt.Errorf("recipe: the %s cannot be read: %w", what, err)
		}
		have = append(have, fmt.Sprintf("%x", hash.Sum(nil)))
	}
	slices.Sort(have)
	if !slices.Equal(have, want) {
		return fmt.Errorf("recipe: the %s is not the one that it was written for: its SHA-256 is %.12s…, expected %.12s…", what, strings.Join(have, " "), strings.Join(want, " "))
	}
	return nil
}
