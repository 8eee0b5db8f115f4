module segfault

go 1.26.0

require (
	github.com/stretchr/testify v1.12.1
	github.com/x448/float16 v0.8.4
	golang.org/x/sys v0.49.0
)

require golang.org/x/image v0.47.0

require github.com/evanw/esbuild v0.27.0

require github.com/yuin/goldmark v1.7.13

require (
	github.com/gowebapi/webapi v0.0.0-20221221115732-41cedfc27a0b
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)
