package scan

// Format is what people may know of a kind of files.
type Format struct {
	Name    string   `json:"name"`  // as a scan has it
	Title   string   `json:"title"` // for a menu
	About   string   `json:"about"` // one sentence
	Endings []string `json:"endings"`
	Masks   bool     `json:"masks"` // a mask can be saved as such a file
}
