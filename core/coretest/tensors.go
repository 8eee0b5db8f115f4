package coretest

import (
	endian "encoding/binary"
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/x448/float16"
)

// ReadTensors reads a safetensors file of an oracle, which holds bytes, too.
func ReadTensors(t testing.TB, path string) map[string][]float32 {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	size := endian.LittleEndian.Uint64(data)
	header := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(data[8:8+size], &header))
	delete(header, "__metadata__")
	tensors := map[string][]float32{}
	for name, text := range header {
		var entry struct {
			DType   string
			Offsets [2]int `json:"data_offsets"`
		}
		require.NoError(t, json.Unmarshal(text, &entry))
		raw := data[8+size:][entry.Offsets[0]:entry.Offsets[1]]
		kind := map[string]struct {
			size int
			read func(raw []byte) float32
		}{
			"F32": {4, func(raw []byte) float32 { return math.Float32frombits(endian.LittleEndian.Uint32(raw)) }},
			"F16": {2, func(raw []byte) float32 { return float16.Frombits(endian.LittleEndian.Uint16(raw)).Float32() }},
			"U8":  {1, func(raw []byte) float32 { return float32(raw[0]) }},
		}[entry.DType]
		values := make([]float32, 0, len(raw)/kind.size)
		for ; len(raw) > 0; raw = raw[kind.size:] {
			values = append(values, kind.read(raw))
		}
		tensors[name] = values
	}
	return tensors
}
