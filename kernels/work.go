package kernels

// Counted is a Kernel that knows how much it computes.
type Counted interface {
	Kernel
	// Work is how many floating-point operations it takes, a multiplication and an
	// addition for each product, and how many numbers it puts out.
	Work() (operations, outputs int)
}

// FLOPs counts a kernel's floating-point operations; kernels that are not
// Counted, which take little time, count as nothing.
func FLOPs(k Kernel) int {
	if c, ok := k.(Counted); ok {
		operations, _ := c.Work()
		return operations
	}
	return 0
}
