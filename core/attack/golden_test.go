package attack_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"segfault/core"
	"segfault/core/attack"
	"segfault/core/coretest"
	"segfault/core/lab"
	"segfault/kernels"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden digests of this machine's backends anew")

const goldenFile = "testdata/golden.json"

// golden are digests of what attacks on the model's input made, by backend (of vector instructions, each its own) and attack:
// gradient, adversarial image and logits, whose bits must not move.
type golden map[string]map[string]string

func digest(parts ...[]float32) string {
	h := sha256.New()
	for _, values := range parts {
		if err := binary.Write(h, binary.LittleEndian, values); err != nil {
			panic(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// goldenLosses are those that there were when the golden results were written.
var goldenLosses = []core.Loss{core.BCE, core.Dice, core.Focal, core.DiceFocal}

// goldenAttack is a method on the small network, in a region where the name ends so, or where it begins with "w4" on a
// bundled one.
func goldenAttacks() map[string]attack.Method {
	list := map[string]attack.Method{}
	for name, a := range all(0.02) {
		if a.Steps > 1 && a.Rule == attack.Blend || !slices.Contains(goldenLosses, a.Loss) {
			continue
		}
		list[name] = a
		if a.Steps == 1 {
			list[name+" region"] = a
			a.Grey = true
			list[name+" shared"] = a
		}
	}
	for _, loss := range goldenLosses {
		for _, scheme := range []attack.Rule{attack.Additive, attack.Blend} {
			a := attack.FGSM()
			a.Loss, a.Rule = loss, scheme
			list[fmt.Sprintf("w4 %s %s", loss, scheme)] = a
		}
	}
	return list
}

// bundled is a session of the oracles' quarter-width U-Net with a simulated patient.
func bundled(t *testing.T, backend core.Backend) (s *attack.Session, p attack.Problem) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "coretest", "testdata", "unet-vgg13-w4.safetensors"))
	require.NoError(t, err)
	m, err := lab.ReadModel(data)
	require.NoError(t, err)
	sample := lab.Samples[0]
	subject := sample.Subject(104)
	p.Image, err = subject.Image(0, m)
	require.NoError(t, err)
	p.Truth, err = subject.Planes(0, m, nil)
	require.NoError(t, err)
	s, err = attack.NewSession(backend, m.Net, m.Size, m.Size)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, p
}

func TestAttacksOnTheModelsInputKeepTheirBits(t *testing.T) {
	var want golden
	text, err := os.ReadFile(goldenFile)
	if !*update {
		require.NoError(t, err)
	}
	if err == nil {
		require.NoError(t, json.Unmarshal(text, &want))
	}
	if want == nil {
		want = golden{}
	}
	backends := map[string]core.Backend{"scalar": coretest.Scalar()}
	if simd := kernels.SIMD(); simd != "" {
		backends[simd] = core.NewCPU(0)
	}
	for backend, on := range backends {
		t.Run(backend, func(t *testing.T) {
			got := map[string]string{}
			small, p := session(t)
			small, err := attack.NewSession(on, small.Network, side, side)
			require.NoError(t, err)
			defer small.Close()
			large, brain := bundled(t, on)
			for name, a := range goldenAttacks() {
				if slow := a.Target != attack.Truth || a.Swapped || strings.HasPrefix(name, "w4"); slow && backend == "scalar" {
					continue
				}
				s, p := small, p
				if strings.HasPrefix(name, "w4") {
					s, p = large, brain
				}
				if strings.HasSuffix(name, "region") {
					p.Inside = region()
				}
				g, f, err := s.Run(context.Background(), p, a, nil)
				require.NoError(t, err, name)
				got[name] = digest([]float32{g.Loss}, g.Logits, g.Values) + " " + digest(f.Adversarial) + " " + digest(f.Logits)
			}
			if *update {
				want[backend] = got
			} else if want[backend] == nil {
				t.Skipf("skipped: no digests of %s are kept; -update writes them", backend)
			} else {
				assert.Equal(t, want[backend], got)
			}
		})
	}
	if *update {
		text, err := json.MarshalIndent(want, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(goldenFile, append(text, '\n'), 0o644))
	}
}
