//go:build js && wasm

package webgpu

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestInfoNamesTheAdapter has what Chromium, Deno and Firefox tell of the same
// driver, and what nobody tells.
func TestInfoNamesTheAdapter(t *testing.T) {
	for name, c := range map[string]struct {
		adapter js.Value
		want    string
		soft    bool
	}{
		"names": {object("info", object("vendor", "google", "architecture", "swiftshader", "description", "SwiftShader driver 5.0.0")),
			"google swiftshader (SwiftShader driver 5.0.0)", true},
		"numbers": {object("info", object("vendor", "6880", "device", "49374", "description", "SwiftShader Device (Subzero)")),
			"SwiftShader Device (Subzero)", true},
		"empty names": {object("info", object("vendor", "", "architecture", "", "device", "", "description", "", "isFallbackAdapter", true)),
			"unnamed by the browser", true},
		"empty names of a GPU": {object("info", object("vendor", "", "architecture", "", "device", "", "description", "")),
			"unnamed by the browser", false},
		"only numbers": {object("info", object("vendor", "4318", "device", "9860")), "unnamed by the browser", false},
		"no info":      {object("isFallbackAdapter", true), "unnamed by the browser", true},
	} {
		t.Run(name, func(t *testing.T) {
			info := describe(c.adapter)
			assert.Equal(t, c.want, info.String())
			assert.Equal(t, c.soft, info.Software)
		})
	}
}
