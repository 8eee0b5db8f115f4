package lab

import "segfault/core/net"

// behind is the model behind defences, which a session is made for as for any other.
func (m *model) behind(defence string) (*model, error) {
	if defence == "" {
		return m, nil
	}
	if d := m.defended[defence]; d != nil {
		return d, nil
	}
	network, err := net.Defend(defence, m.Net)
	if err != nil {
		return nil, err
	}
	inner := *m.Model
	inner.Net = network
	d := &model{Model: &inner, file: m.file, about: m.about, loaded: m.loaded, of: m.of}
	if m.defended == nil {
		m.defended = map[string]*model{}
	}
	m.defended[defence] = d
	return d, nil
}
