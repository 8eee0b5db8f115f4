package phantom_test

import (
	"fmt"

	"segfault/core/phantom"
)

func ExampleBrain() {
	s := phantom.Brain(phantom.BrainOptions{Seed: 1, Size: 224, Kind: phantom.Meningioma, Plane: phantom.Coronal})
	fmt.Println(s.Name, len(s.Image) == 224*224, len(s.Masks))
	// Output: meningioma-coronal-1 true 3
}

func ExampleHeart() {
	s := phantom.Heart(1, 224)
	fmt.Println(s.Name, len(s.Masks))
	// Output: heart-1 1
}
