package safetensors

import (
	"fmt"

	"github.com/valyala/fastjson"
)

// The header is read with fastjson, because encoding/json would make up a fourteenth of the engine's download.

// parseHeader splits the header into its members.
func parseHeader(text []byte) (map[string]*fastjson.Value, error) {
	value, err := fastjson.ParseBytes(text)
	if err != nil {
		return nil, fmt.Errorf("safetensors: the header is not valid JSON (%v)", err)
	}
	object, err := value.Object()
	if err != nil {
		return nil, fmt.Errorf("safetensors: the header is not a JSON object (%v)", err)
	}
	members := map[string]*fastjson.Value{}
	object.Visit(func(key []byte, v *fastjson.Value) { members[string(key)] = v })
	return members, nil
}

// parseMetadata reads a map of strings.
func parseMetadata(value *fastjson.Value) (map[string]string, error) {
	object, err := value.Object()
	if err != nil {
		return nil, fmt.Errorf("safetensors: the metadata is not a map of strings (%v)", err)
	}
	metadata := map[string]string{}
	object.Visit(func(key []byte, v *fastjson.Value) {
		text, wrong := v.StringBytes()
		if wrong != nil && err == nil {
			err = fmt.Errorf("safetensors: the metadata is not a map of strings (%v)", wrong)
		}
		metadata[string(key)] = string(text)
	})
	return metadata, err
}

// parseEntry reads what the header says of a tensor.
func parseEntry(value *fastjson.Value) (e entry, err error) {
	object, err := value.Object()
	if err != nil {
		return e, err
	}
	for _, name := range []string{"dtype", "shape", "data_offsets"} {
		if object.Get(name) == nil {
			return e, fmt.Errorf("it has no %s", name)
		}
	}
	dtype, err := object.Get("dtype").StringBytes()
	if err != nil {
		return e, err
	}
	e.DType = DType(dtype)
	if e.Shape, err = whole(object.Get("shape")); err != nil {
		return e, err
	}
	offsets, err := whole(object.Get("data_offsets"))
	if err == nil && len(offsets) != 2 {
		err = fmt.Errorf("%d data_offsets in place of 2", len(offsets))
	}
	if err == nil {
		e.Offsets = [2]int(offsets)
	}
	return e, err
}

// whole reads an array of whole numbers.
func whole(value *fastjson.Value) ([]int, error) {
	array, err := value.Array()
	if err != nil {
		return nil, err
	}
	numbers := make([]int, len(array))
	for i, v := range array {
		if numbers[i], err = v.Int(); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}
