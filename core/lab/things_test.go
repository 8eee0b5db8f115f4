package lab

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReleasedResultsDoNotPushOutOthers(t *testing.T) {
	var things Things
	first := things.KeepResult("first")
	for range 3 * keptResults {
		things.Release(things.KeepResult("later"))
	}
	assert.Equal(t, "first", things.Get(first))
}

func TestTheOldestResultsGo(t *testing.T) {
	var things Things
	scan := things.Keep("scan")
	var ids []int
	for range keptResults + 2 {
		ids = append(ids, things.KeepResult("result"))
	}
	assert.Nil(t, things.Get(ids[0]))
	assert.Nil(t, things.Get(ids[1]))
	for _, id := range ids[2:] {
		assert.Equal(t, "result", things.Get(id))
	}
	assert.Equal(t, "scan", things.Get(scan), "scans stay until they are released")
}

func TestANumberIsNeverUsedTwice(t *testing.T) {
	var things Things
	id := things.Keep("scan")
	assert.Equal(t, "scan", things.Release(id))
	assert.Nil(t, things.Release(id))
	assert.Nil(t, things.Get(id))
	assert.NotEqual(t, id, things.KeepResult("result"))
}

func TestThingsOfBeforeKeepTheirNumbersAndNoneIsGivenTwice(t *testing.T) {
	var things Things
	things.Skip(7)
	things.Restore(3, "scan")
	assert.Equal(t, "scan", things.Get(3))
	assert.Equal(t, 8, things.KeepResult("result"))
	things.Restore(12, "mask")
	assert.Equal(t, 13, things.Keep("another"))
}
