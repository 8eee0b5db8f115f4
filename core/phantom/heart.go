package phantom

// shortAxis paints a heart across its long axis, and the chest around it.
func shortAxis(c *canvas) {
	c.view(300, point{}, 0, false)
	c.weave()
}
