package wire

import (
	"reflect"
	"testing"

	"segfault/core/scan"

	"github.com/stretchr/testify/assert"
)

// fill gives every variable a value of its own that is not zero.
func fill(v reflect.Value, next *int) {
	*next++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), next)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), next)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			fill(v.Index(i), next)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), next)
	case reflect.String:
		v.SetString(string(rune('a'+*next)) + "é")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*next))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*next) + 0.25)
	}
}

func TestAllThatIsKnownOfAScanArrivesButItsValuesAndItsFile(t *testing.T) {
	s, next := &scan.Scan{}, 0
	fill(reflect.ValueOf(s).Elem(), &next)
	s.Values, s.Store = nil, nil
	assert.Equal(t, s, Unpack(Pack(s)))
}

func TestAScanThatDoesNotSayWhereItLiesArrivesAsSuch(t *testing.T) {
	s := &scan.Scan{Width: 3, Height: 2, Slices: 1}
	assert.Equal(t, s, Unpack(Pack(s)))
	s.Space = &scan.Space{Width: 3}
	assert.Equal(t, s, Unpack(Pack(s)))
}
