package lab

import (
	"fmt"
	"slices"
	"strings"

	"segfault/core/net"
)

// mean is the mean of several models, by their names with + between them: to attack it is to attack all of them at once. It sees a
// slice at the largest of their sizes, and each of them at its own.
func (c *call) mean(name string) (*model, error) {
	m := &model{Model: &Model{}}
	var titles, digests []string
	for _, one := range strings.Split(name, "+") {
		if one == "" {
			return nil, fmt.Errorf("segfault: a mean of models is their names with + between them; %.60q has an empty one", name)
		}
		of, err := c.model(one)
		if err != nil {
			return nil, err
		}
		m.of = append(m.of, of)
		titles, digests = append(titles, of.about.Title), append(digests, of.about.SHA256)
		m.Size = max(m.Size, of.Size)
		m.Parameters, m.about.Bytes = m.Parameters+of.about.Parameters, m.about.Bytes+of.about.Bytes
	}
	first := m.of[0]
	var networks []net.Network
	for _, of := range m.of {
		if !slices.Equal(of.Classes, first.Classes) || of.Normalisation != first.Normalisation {
			return nil, fmt.Errorf("segfault: a mean needs models of the same classes and normalisation; %s finds %s of slices normalised by %s, %s %s by %s",
				first.about.Name, strings.Join(first.Classes, ", "), first.Normalisation, of.about.Name, strings.Join(of.Classes, ", "), of.Normalisation)
		}
		n := of.Net
		if of.Size != m.Size {
			n = net.Sized(n, of.Size)
		}
		networks = append(networks, n)
	}
	var err error
	if m.Net, err = net.Mean(networks...); err != nil {
		return nil, err
	}
	m.Classes, m.Normalisation = first.Classes, first.Normalisation
	m.about = ModelInfo{Name: name, Title: "Mean of " + strings.Join(titles, " and "), Task: first.about.Task, Classes: m.Classes, Parameters: m.Parameters,
		Bytes: m.about.Bytes, Size: m.Size, Activation: m.Net.Shape().Activation.String(), SHA256: strings.Join(digests, "+"), Studied: []Studied{}}
	c.lab.means[name] = m
	return m, nil
}
