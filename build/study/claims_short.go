package study

import (
	"math"
	"strings"

	"segfault/build/study/stats"
)

// shortMark begins what a report says in short of the protocol's models.
const shortMark = "**By protocol** ("

// short is what the claims came to in a few sentences; empty while models are missing, since nothing is decided then.
func (s *protocolSection) short() (string, error) {
	if s.Provisional() {
		return "", nil
	}
	return s.fill("claims in short", nil)
}

// inShort puts that first in a report's part that is in short, in the place of what stood there. A report without such a part stays as it is.
func inShort(report, short string) string {
	const heading = "\n## In short\n\n"
	before, rest, found := strings.Cut(report, heading)
	if !found {
		return report
	}
	if strings.HasPrefix(rest, shortMark) {
		end := len(rest)
		for _, next := range []string{"\n**", "\n## "} {
			if at := strings.Index(rest, next); at >= 0 {
				end = min(end, at+1)
			}
		}
		rest = rest[end:]
	}
	if short != "" {
		short += "\n"
	}
	return before + heading + short + rest
}

// Patients is how many were attacked.
func (s *protocolSection) Patients() int { return len(s.cohort.patients) }

// Slices is how many were attacked of all patients, on each model.
func (s *protocolSection) Slices() (n int) {
	for _, rows := range s.cohort.models[s.members[0].name][s.battery.one()] {
		n += len(rows)
	}
	return n
}

// answered is a verdict as a sentence begins.
type answered struct{ Verdict Verdict }

// Answer begins a sentence.
func (a answered) Answer() string { return title(string(a.Verdict.Answer())) }

// taken is the first claim in short.
type taken struct {
	answered
	Least, Most      float64 // of what models lose beyond the worst noise
	Above, Below, Of int     // models with an interval above what is nothing, and below what is much
}

// Vulnerable is the first claim in short.
func (s *protocolSection) Vulnerable() taken {
	v := taken{answered{s.Claims[0].Verdict}, math.Inf(1), math.Inf(-1), 0, 0, len(s.Claims[0].Estimates)}
	for _, e := range s.Claims[0].Estimates {
		v.Least, v.Most = min(v.Least, e.Wide.Estimate), max(v.Most, e.Wide.Estimate)
		if e.Wide.Low > vulnerableBelow {
			v.Above++
		}
		if e.Wide.High < vulnerableAbove {
			v.Below++
		}
	}
	return v
}

// sloped is the second claim in short, by its slopes of what is left and of the relative drop.
type sloped struct {
	answered
	Left, Drop stats.Interval
}

// Negligible is the second claim in short.
func (s *protocolSection) Negligible() sloped {
	v := sloped{answered: answered{s.Claims[1].Verdict}}
	for _, e := range s.Claims[1].Estimates {
		switch e.Of {
		case slopeOfRobust:
			v.Left = e.Narrow
		case slopeOfDrop:
			v.Drop = e.Narrow
		}
	}
	return v
}

// compared is the third claim in short, by what cross-entropy takes more by one step.
type compared struct {
	answered
	More stats.Interval
	By   float64 // without its sign
}

// Another is the third claim in short.
func (s *protocolSection) Another() compared {
	more := s.Claims[2].Estimates[0].Narrow
	return compared{answered{s.Claims[2].Verdict}, more, math.Abs(more.Estimate)}
}
