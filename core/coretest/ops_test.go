package coretest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// noOps are the functions of core that give a node without computing a value of others.
var noOps = []string{"NewInput", "Assign", "Follow", "Stop"}

func TestEveryOpHasACase(t *testing.T) {
	var cases strings.Builder
	for _, file := range []string{"cases.go", "endings.go", "layers.go", "shapes.go", "windows.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		cases.Write(text)
	}
	sources, err := filepath.Glob("../*.go")
	require.NoError(t, err)
	ops := map[string]bool{}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.IsExported() && givesANode(f) && !slices.Contains(noOps, f.Name.Name) {
				ops[f.Name.Name] = true
			}
		}
	}
	assert.Greater(t, len(ops), 60)
	for _, op := range slices.Sorted(maps.Keys(ops)) {
		assert.True(t, strings.Contains(cases.String(), "core."+op), "there is no case of core.%s", op)
	}
}

// givesANode is whether a function's only result is a node.
func givesANode(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	pointer, ok := f.Type.Results.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := pointer.X.(*ast.Ident)
	return ok && name.Name == "Node"
}
