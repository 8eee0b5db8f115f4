//go:build js && wasm

package webgpu

import (
	"syscall/js"
	"testing"

	"segfault/webgpu/script"

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
		"names": {script.Object("info", script.Object("vendor", "google", "architecture", "swiftshader", "description", "SwiftShader driver 5.0.0")),
			"google swiftshader (SwiftShader driver 5.0.0)", true},
		"numbers": {script.Object("info", script.Object("vendor", "6880", "device", "49374", "description", "SwiftShader Device (Subzero)")),
			"SwiftShader Device (Subzero)", true},
		"empty names": {script.Object("info", script.Object("vendor", "", "architecture", "", "device", "", "description", "", "isFallbackAdapter", true)),
			"unnamed by the browser", true},
		"empty names of a GPU": {script.Object("info", script.Object("vendor", "", "architecture", "", "device", "", "description", "")),
			"unnamed by the browser", false},
		"only numbers": {script.Object("info", script.Object("vendor", "4318", "device", "9860")), "unnamed by the browser", false},
		"no info":      {script.Object("isFallbackAdapter", true), "unnamed by the browser", true},
	} {
		t.Run(name, func(t *testing.T) {
			info := describe(c.adapter)
			assert.Equal(t, c.want, info.String())
			assert.Equal(t, c.soft, info.Software)
		})
	}
}
