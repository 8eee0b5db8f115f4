package main

import (
	"os"
	"regexp"
	"testing"

	"segfault/core/lab"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The options that the engine takes are those that the types of the module have, but for what the module itself sees to.
func TestTheTypesHaveTheEnginesOptions(t *testing.T) {
	source, err := os.ReadFile("../site/segfault.d.ts")
	require.NoError(t, err)
	_, list, err := declarations(string(source))
	require.NoError(t, err)
	named := func(members []string) (names []string) {
		for _, m := range members {
			if name := regexp.MustCompile(`^(\w+)\??:`).FindStringSubmatch(m); name != nil && name[1] != "signal" && name[1] != "onProgress" {
				names = append(names, name[1])
			}
		}
		return names
	}
	interfaces, inline := map[string][]string{}, map[string][]string{}
	for _, d := range list {
		for _, m := range d.members {
			interfaces[d.name] = append(interfaces[d.name], m.signature)
			if call := regexp.MustCompile(`(?s)^(\w+)\(.*\{ (.*?) \}\): Promise`).FindStringSubmatch(m.signature); d.name == "Lab" && call != nil {
				inline[call[1]] = regexp.MustCompile(`; `).Split(call[2], -1)
			}
		}
	}
	for method, members := range map[string][]string{
		"attack": interfaces["AttackOptions"], "loadModel": interfaces["ModelOptions"], "save": interfaces["SaveOptions"],
		"render": interfaces["RenderOptions"], "paint": interfaces["Stroke"], "open": interfaces["OpenOptions"],
		"load": inline["load"], "sample": inline["sample"], "loadMask": inline["loadTruth"], "predict": inline["predict"], "unpaint": inline["unpaint"],
	} {
		assert.ElementsMatch(t, lab.Options(method), named(members), method)
	}
	without := map[string]bool{"slice": true, "truth": true} // as attackVolume's type says
	var volume []string
	for _, name := range lab.Options("attack") {
		if !without[name] {
			volume = append(volume, name)
		}
	}
	assert.ElementsMatch(t, volume, lab.Options("attackVolume"))
}
