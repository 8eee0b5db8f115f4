package lab

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"segfault/core/attack"
	"segfault/core/names"
	"segfault/core/report"
)

// ReportOptions are an attack, and what came of it.
type ReportOptions struct {
	AttackVolumeOptions
	Made   string         `json:"made"`   // the day
	Scans  []report.Scan  `json:"scans"`  // that were attacked
	Slices []report.Slice `json:"slices"` // of these the worst, as Judge judges them
	Recipe string         `json:"recipe"` // of the first of the slices
}

// ReportParams are of no scan that a lab still has.
type ReportParams struct{ ReportOptions }

// Page is HTML.
type Page struct {
	HTML string `json:"html"`
}

// Report writes a page on how a model stands an attack.
func (l *Lab) Report(ctx context.Context, p *ReportParams) (*Page, error) {
	c, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	m := l.named(p.Model)
	if m == nil {
		return nil, fmt.Errorf("segfault: there is no model %.40q to report on", p.Model)
	}
	if len(p.Scans) == 0 {
		return nil, errors.New("segfault: there is nothing to report; attack a scan first")
	}
	for _, s := range p.Scans {
		if err := names.Among(names.All(attack.Endings()), "ending", string(s.Ending)); s.Ending != "" && err != nil {
			return nil, fmt.Errorf("segfault: %w", err)
		}
	}
	r := report.Report{
		Made: p.Made, Version: l.release.Version, Backend: l.compute.Adapter,
		Model: m.about.Title, Digest: m.about.SHA256, Settings: settings(&p.How), Epsilon: strconv.FormatFloat(float64(p.Epsilon), 'g', -1, 32),
		Single: p.Single(), Defence: p.Defence, Scans: p.Scans, Slices: p.Slices, Recipe: p.Recipe,
	}
	if r.Model == "" {
		r.Model = m.about.Name
	}
	return &Page{r.HTML()}, nil
}

// settings are those of an attack, in the page's words.
func settings(h *How) (list [][2]string) {
	Fields(h, func(name string, at any) {
		if one, ok := at.(Optional); ok {
			at = one.At
		}
		text := ""
		switch v := at.(type) {
		case *string:
			text = *v
		case *int:
			if *v != 0 {
				text = strconv.Itoa(*v)
			}
		case *uint64:
			if *v != 0 {
				text = strconv.FormatUint(*v, 10)
			}
		case *float32:
			if *v != 0 {
				text = strconv.FormatFloat(float64(*v), 'g', -1, 32)
			}
		case *bool:
			text = attack.OrderName(*v)
		}
		if text != "" {
			list = append(list, worded(name, text))
		}
	})
	return list
}

// worded is an option and its value as the page calls them, where it does.
func worded(option, value string) [2]string {
	var of []names.Entry
	switch option {
	case "method":
		of = attack.Methods()
	case "loss":
		of = attack.Losses()
	case "swapped":
		option, of = "order", attack.Orders()
	case "label":
		of = attack.Targets()
	case "weight":
		option, of = "weight of pixels", attack.Weights()
	case "norm":
		of = attack.Norms()
	case "scheme":
		option, of = "step", attack.Rules()
	case "schedule":
		of = attack.Schedules()
	case "epsilon":
		option = "strength, ε"
	case "step":
		option = "size of a step"
	case "start":
		of = attack.Starts()
	case "gradient":
		of = Movings()
	case "on":
		option, of = "what is changed", Grounds()
	case "where":
		of = Wheres()
	case "stop":
		option = "stopped after"
	}
	for _, e := range of {
		if e.Name == value {
			value = e.Title
		}
	}
	return [2]string{option, value}
}
