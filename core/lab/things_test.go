package lab

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReleasedResultsDoNotPushOutOthers(t *testing.T) {
	var things Things
	keep := func(result string) int {
		id, old := things.KeepResult(result)
		assert.Nil(t, old)
		return id
	}
	first := keep("first")
	for range 3 * keptResults {
		things.Release(keep("later"))
	}
	assert.Equal(t, "first", things.Get(first))
}

func TestTheOldestResultsGo(t *testing.T) {
	var things Things
	scan := things.Keep("scan")
	var ids []int
	for i := range keptResults + 2 {
		id, old := things.KeepResult(fmt.Sprint("result ", i))
		ids = append(ids, id)
		if i < keptResults {
			assert.Nil(t, old)
		} else {
			assert.Equal(t, fmt.Sprint("result ", i-keptResults), old)
		}
	}
	assert.Nil(t, things.Get(ids[0]))
	assert.Nil(t, things.Get(ids[1]))
	for _, id := range ids[2:] {
		assert.NotNil(t, things.Get(id))
	}
	assert.Equal(t, "scan", things.Get(scan), "scans stay until they are released")
}

func TestANumberIsNeverUsedTwice(t *testing.T) {
	var things Things
	id := things.Keep("scan")
	assert.Equal(t, "scan", things.Release(id))
	assert.Nil(t, things.Release(id))
	assert.Nil(t, things.Get(id))
	next, _ := things.KeepResult("result")
	assert.NotEqual(t, id, next)
}

func TestThingsOfBeforeKeepTheirNumbersAndNoneIsGivenTwice(t *testing.T) {
	var things Things
	things.Skip(7)
	things.Restore(3, "scan")
	assert.Equal(t, "scan", things.Get(3))
	next, _ := things.KeepResult("result")
	assert.Equal(t, 8, next)
	things.Restore(12, "mask")
	assert.Equal(t, 13, things.Keep("another"))
}
