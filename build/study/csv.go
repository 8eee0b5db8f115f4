package study

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// encodeCSV writes a table. All CSV of a study comes from here.
func encodeCSV(records [][]string) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for _, record := range records {
		cells := make([]string, len(record))
		for i, text := range record {
			cells[i] = harmless(text)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// decodeCSV reads a table whose records have as many fields as the first.
func decodeCSV(data []byte) ([][]string, error) {
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err == nil && len(records) == 0 {
		err = io.ErrUnexpectedEOF
	}
	for _, record := range records {
		restore(record)
	}
	return records, err
}

// harmless leads by an apostrophe what a spreadsheet would run as a formula; a number stays one.
func harmless(text string) string {
	if _, err := strconv.ParseFloat(text, 64); err != nil && isFormula(text) {
		return "'" + text
	}
	return text
}

// restore takes away the apostrophes that harmless puts.
func restore(record []string) {
	for i, text := range record {
		if after, led := strings.CutPrefix(text, "'"); led && isFormula(after) {
			record[i] = after
		}
	}
}

// isFormula tells whether a text begins as a formula does, or as one that was made harmless.
func isFormula(text string) bool {
	first := strings.TrimLeft(text, "'")
	return first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0])
}
