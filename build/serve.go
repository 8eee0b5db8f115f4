package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path"
	"path/filepath"

	"segfault/build/command"
)

// serve builds the site, unless it is told where one is, and serves it on this computer until it is interrupted.
func serve(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:8080", "address to serve on")
	weights := flags.String("weights", "", "folder with the models to offer (default: the checkout's weights)")
	built := flags.String("site", "", "folder that site wrote, to be served as it is (default: builds the site)")
	if err := command.Parse(flags, args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("serve: unexpected argument %q; give the address as -addr %s", flags.Arg(0), flags.Arg(0))
	}
	if *built != "" && *weights != "" {
		return fmt.Errorf("serve: -weights is of a site that is built, and -site serves one as it is; leave one of them out")
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return fmt.Errorf("serve: %s cannot be served on (%w); choose another with -addr localhost:PORT", *addr, err)
	}
	defer listener.Close()

	folder := *built
	if folder == "" {
		var remove func()
		if folder, remove, err = temporary("site"); err != nil {
			return fmt.Errorf("serve: %w", err)
		}
		defer remove()
		fmt.Println("Building the site; the first time Go compiles for about a minute")
		if _, err := buildSite(folder, *weights); err != nil {
			return err
		}
	} else if _, err := os.Stat(filepath.Join(folder, "release.json")); err != nil {
		return fmt.Errorf("serve: %s is no folder that site wrote (%w); write one with go run ./build site -out %[1]s", folder, err)
	}

	signal.Reset(os.Interrupt) // which ends the server from here on, and then this
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server := &http.Server{Handler: siteHandler(folder)}
	context.AfterFunc(ctx, func() { server.Close() })
	fmt.Printf("Segfault is at http://%s/ (Ctrl-C ends it)\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// contentPolicy is the page's own <meta> policy, so that what is served here is held to it even before it is parsed.
const contentPolicy = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' blob: data:; worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"

// contentTypes are those that an operating system's own table may lack or have wrong.
var contentTypes = map[string]string{
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".svg":         "image/svg+xml",
	".json":        "application/json",
	".wasm":        "application/wasm",
	".md":          "text/markdown; charset=utf-8",
	".safetensors": "application/octet-stream",
	".webmanifest": "application/manifest+json",
}

// siteHandler serves a folder the way a static host does, to pages of any origin, but never from a cache.
func siteHandler(folder string) http.Handler {
	files := http.FileServer(http.Dir(folder))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Cache-Control", "no-cache")
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		if kind, ok := contentTypes[path.Ext(r.URL.Path)]; ok {
			header.Set("Content-Type", kind)
		}
		files.ServeHTTP(w, r)
	})
}
