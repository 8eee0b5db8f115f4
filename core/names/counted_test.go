package names_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"segfault/core/names"
)

func TestWhatIsCountedIsOneOrMany(t *testing.T) {
	assert.Equal(t, "0 slices, 1 slice, 2 slices", names.Counted(0, "slice")+", "+names.Counted(1, "slice")+", "+names.Counted(2, "slice"))
	assert.Equal(t, "1 class, 2 classes", names.Counted(1, "class")+", "+names.Counted(2, "class"))
}
